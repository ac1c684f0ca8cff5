package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class ConfigurationFailureAnalyzerTest {

    private final Problem wait =
            new Problem("resilience.toys.car.max-wait", "5", "application.yml:3", "has no unit", "Write '5s'");
    private final Problem limit = new Problem("resilience.toys.bus.limits", null, null, "is required", "Write '60/1m'");

    @Test
    void isFoundBySpringBoot() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, (type, name, failure) -> {}))
                .hasAtLeastOneElementOfType(ConfigurationFailureAnalyzer.class);
    }

    @Test
    void listsEveryProblemAndEveryRemedy() {
        FailureAnalysis analysis = analyze(wait, limit);

        assertThat(analysis.getDescription())
                .startsWith("There are 2 problems")
                .contains("- resilience.toys.car.max-wait = '5' (application.yml:3): has no unit")
                .contains("- resilience.toys.bus.limits: is required");
        assertThat(analysis.getAction())
                .contains("- resilience.toys.car.max-wait: Write '5s'")
                .contains("- resilience.toys.bus.limits: Write '60/1m'");
    }

    @Test
    void isFoundBelowTheExceptionsOfTheContainer() {
        Throwable failure =
                new IllegalStateException("could not create bean", new ResilienceConfigurationException(List.of(wait)));

        assertThat(new ConfigurationFailureAnalyzer().analyze(failure).getDescription())
                .startsWith("There is a problem");
    }

    private static FailureAnalysis analyze(Problem... problems) {
        return new ConfigurationFailureAnalyzer().analyze(new ResilienceConfigurationException(List.of(problems)));
    }
}
