package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.bind.annotation.PostMapping;

class CutShortTest {

    private final ApplicationContextRunner runner = Starters.with(Quotes.class);

    @Test
    void aRetryThatMayWaitLongerThanItsOuterDeadlineIsAWarning() {
        runner.withPropertyValues("resilience.timeouts.quotes.total=2s", "resilience.retries.quotes.delays=1s,2s,4s")
                .run(context -> assertThat(context.getBean(Findings.class).of(Finding.Level.WARNING))
                        .singleElement()
                        .isEqualTo(Finding.warning(
                                "cut-short",
                                "Quotes.quote",
                                "The timeout 'quotes' ends a call after 2s, and what is further in may go on for 7s:"
                                        + " the retry 'quotes' up to 7s.",
                                "Give the timeout 'quotes' more than 7s, or let what is further in end sooner.")));
    }

    @Test
    void attemptsCountWithTheirOwnTimeout() {
        runner.withPropertyValues(
                        "resilience.timeouts.quotes.total=6s",
                        "resilience.timeouts.quotes.timeout=2s",
                        "resilience.retries.quotes.delays=500ms,500ms")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .extracting(Finding::text)
                        .asString()
                        .endsWith("may go on for 7s: the retry 'quotes' up to 7s, the timeout 'quotes' up to 2s."));
    }

    @Test
    void chanceIsTakenAtItsLongest() {
        runner.withPropertyValues("resilience.timeouts.quotes.total=599ms", "resilience.retries.quotes.jitter=full")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code)
                        .containsExactly("cut-short"));
    }

    @Test
    void whatFitsIsNoFinding() {
        runner.withPropertyValues(
                        "resilience.timeouts.quotes.total=7s",
                        "resilience.timeouts.quotes.timeout=2s",
                        "resilience.retries.quotes.delays=500ms,500ms")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    @Test
    void aRetryThatStopsInTimeIsNoFinding() {
        runner.withPropertyValues(
                        "resilience.timeouts.quotes.total=5s",
                        "resilience.retries.quotes.delays=1s,2s,4s",
                        "resilience.retries.quotes.max-duration=3s")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    @Test
    void whatMustNotBeRepeatedIsNotCutShort() {
        Starters.with(Orders.class)
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code)
                        .containsExactly("unsafe-verb"));
    }

    static class Orders {

        @PostMapping
        @Timeout(total = "1s")
        @Retryable(delays = "2s")
        public void place() {}
    }

    @Test
    void aDeadlineThatIsNotEnforcedIsNoFinding() {
        runner.withPropertyValues(
                        "resilience.timeouts.quotes.total=2s",
                        "resilience.timeouts.quotes.shadow=true",
                        "resilience.retries.quotes.delays=1s,2s,4s")
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
