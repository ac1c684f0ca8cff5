package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class LateHedgesTest {

    private final ApplicationContextRunner runner =
            Starters.with(Quotes.class).withPropertyValues("resilience.retries.quotes.delay=1ms");

    @Test
    void aHedgeThatComesAfterTheTimeoutOfItsAttemptIsAWarning() {
        runner.withPropertyValues("resilience.timeouts.quotes.timeout=2s", "resilience.retries.quotes.hedge-after=2s")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .isEqualTo(Finding.warning(
                                "late-hedge",
                                "Quotes.quote",
                                "The retry 'quotes' hedges a try after 2s, and the timeout 'quotes' ends it after 2s: no"
                                        + " hedge ever begins.",
                                "Let the retry 'quotes' hedge sooner than after 2s.")));
    }

    @Test
    void soIsOneAfterTheTimeOfTheCall() {
        runner.withPropertyValues("resilience.timeouts.quotes.total=1s", "resilience.retries.quotes.hedge-after=3s")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code)
                        .containsExactly("late-hedge"));
    }

    @Test
    void oneThatComesInTimeIsNoFindingNorIsAPercentile() {
        runner.withPropertyValues("resilience.timeouts.quotes.timeout=2s", "resilience.retries.quotes.hedge-after=1s")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
        runner.withPropertyValues("resilience.timeouts.quotes.timeout=2s", "resilience.retries.quotes.hedge-after=p95")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    @Test
    void aTimeoutInTheShadowEndsNothing() {
        runner.withPropertyValues(
                        "resilience.timeouts.quotes.timeout=2s",
                        "resilience.timeouts.quotes.shadow=true",
                        "resilience.retries.quotes.hedge-after=2s")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    static class Quotes {

        @Timeout("quotes")
        @Retryable("quotes")
        public String quote() {
            return "10 EUR";
        }
    }
}
