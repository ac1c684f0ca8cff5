package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Retryable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ExceptionNamesTest {

    @Test
    void aMistypedClassOfTheJdkIsReportedWithTheNearest() {
        assertThat(findings("java.io.IOExcption")).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.where()).startsWith("resilience.retries.carrier.retry-on = 'java.io.IOExcption' (");
            assertThat(finding.text())
                    .isEqualTo("The application has no class 'java.io.IOExcption', so that it matches nothing.");
            assertThat(finding.fix()).startsWith("Did you mean 'java.io.IOException'?");
        });
    }

    @Test
    void aMistypedClassOfTheClassPathIsReportedWithTheNearest() {
        assertThat(findings("dev.resilience.failure.RetriableException"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fix())
                        .startsWith("Did you mean 'dev.resilience.failure.RetryableException'?"));
    }

    @Test
    void ofAPackageThatIsNotThereNothingIsNear() {
        assertThat(findings("com.nowhere.LostException")).singleElement().satisfies(finding -> assertThat(finding.fix())
                .startsWith("Write a full name"));
    }

    @Test
    void namesThatAreThereAndSimpleNamesAreNoFindings() {
        assertThat(findings("java.io.IOException, LostException, java.util.Map.Entry"))
                .isEmpty();
    }

    @Test
    void whatIsInheritedIsReportedOnceForAllWhoInheritIt() {
        start().withPropertyValues(
                        "resilience.defaults.retries.retry-on=java.io.Lost",
                        "resilience.retries.a.max-attempts=2",
                        "resilience.retries.carrier.max-attempts=3")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .filteredOn(finding -> finding.code().equals("unknown-exception"))
                        .extracting(Finding::where)
                        .containsExactly("resilience.defaults.retries.retry-on = 'java.io.Lost' (defaults)"));
    }

    private static List<Finding> findings(String names) {
        List<Finding> found = new java.util.ArrayList<>();
        start().withPropertyValues("resilience.retries.carrier.retry-on=" + names)
                .run(context -> found.addAll(context.getBean(Findings.class).all()));
        return found;
    }

    private static ApplicationContextRunner start() {
        return Starters.with(Trying.class);
    }

    static class Trying {
        @Retryable("carrier")
        public void call() {}
    }
}
