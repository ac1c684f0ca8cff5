package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkheadConfigurationTest {

    @Test
    void has25SeatsAndNoLine() {
        BulkheadConfiguration defaults = Configurations.defaults(BulkheadConfiguration.class);

        assertThat(defaults).isEqualTo(new BulkheadConfiguration(25, Duration.ZERO, 0));
    }

    @Test
    void aWaitAloneMeansAUsualLine() {
        assertThat(Configurations.of(BulkheadConfiguration.class, Map.of("max-wait", "1s"))
                        .maxWaiting())
                .isEqualTo(100);
    }

    @Test
    void aWaitWithoutALineIsNoWait() {
        Map<String, String> texts = Map.of("max-wait", "1s", "max-waiting", "0");

        assertThat(Configurations.of(BulkheadConfiguration.class, texts).maxWaiting())
                .isZero();
    }

    @Test
    void aLineWithoutAWaitCantBeMeant() {
        assertThat(problems(Map.of("max-waiting", "5"))).singleElement().satisfies(problem -> {
            assertThat(problem.property()).isEqualTo("max-waiting");
            assertThat(problem.remedy()).contains("max-wait: 500ms");
        });
    }

    @ParameterizedTest
    @CsvSource({"max-concurrent, 0", "max-concurrent, many", "max-wait, -1s", "max-wait, 5", "max-waiting, -1"})
    void refusesWhatCantBeMeant(String knob, String value) {
        assertThat(problems(Map.of(knob, value)))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo(knob);
    }

    private static List<Problem> problems(Map<String, String> texts) {
        return catchThrowableOfType(
                        ResilienceConfigurationException.class,
                        () -> Configurations.of(BulkheadConfiguration.class, texts))
                .problems();
    }
}
