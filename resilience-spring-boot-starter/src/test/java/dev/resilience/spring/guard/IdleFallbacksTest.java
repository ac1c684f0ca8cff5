package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallTimedOutException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleFallbacksTest {

    @Test
    void aMethodForARefusalThatIsNotCoveredIsAWarning() {
        assertThat(findings(Guarded.class, "resilience.fallbacks.quotes.on=java.io.IOException"))
                .containsExactlyInAnyOrder(
                        never("RateLimitedException"),
                        never("CircuitBreakerOpenException"),
                        never("CallTimedOutException"));
    }

    @Test
    void soIsOneForAnExceptionThatIsNeverCovered() {
        assertThat(findings(Guarded.class, "resilience.fallbacks.quotes.never=IOException"))
                .containsExactly(never("IOException"));
    }

    private static Finding never(String failure) {
        return Finding.warning(
                "idle-fallback",
                "Guarded.quote",
                "The fallback 'quotes' never calls Guarded#instead(" + failure + "), because it doesn't cover a "
                        + failure + ".",
                "Let its 'on' and 'never' cover that, or remove the method.");
    }

    @Test
    void whatIsCoveredByItsNameOrThatOfASupertypeIsNot() {
        assertThat(findings(Guarded.class)).isEmpty();
        assertThat(findings(
                        Guarded.class,
                        "resilience.fallbacks.quotes.on=IOException, CallRejectedException, CallTimedOutException"))
                .isEmpty();
        assertThat(findings(Guarded.class, "resilience.fallbacks.quotes.on=java.lang.Exception"))
                .isEmpty();
    }

    @Test
    void aMethodForTheRefusalsOfALimiterByKeyIsAWarningUntilTheyAreNamed() {
        assertThat(findings(Keyed.class))
                .containsExactly(Finding.warning(
                        "idle-fallback",
                        "Keyed.quote",
                        "The fallback 'quotes' doesn't call Keyed#tooMany(RateLimitedException) for what the rate limiter"
                                + " 'quotes' refuses: a caller who is over a limit of its own is told so, unless 'on' names"
                                + " RateLimitedException.",
                        "Name it beside all else that is to be covered, as in 'on: java.lang.Exception, RateLimitedException', or"
                                + " remove the method."));
        assertThat(findings(Keyed.class, "resilience.fallbacks.quotes.on=java.lang.Exception, RateLimitedException"))
                .isEmpty();
    }

    @Test
    void aMethodThatIsCalledForWhatAnotherOneFailsWithIsNot() {
        assertThat(findings(Second.class, "resilience.fallbacks.quotes.on=java.io.IOException"))
                .isEmpty();
    }

    private static List<Finding> findings(Class<?> bean, String... properties) {
        List<Finding> found = new ArrayList<>();
        Starters.with(bean)
                .withPropertyValues(
                        "resilience.rate-limiters.quotes.limits=10/1s", "resilience.fallbacks.quotes.value=none")
                .withPropertyValues(properties)
                .run(context -> found.addAll(context.getBean(Findings.class).all()));
        return found;
    }

    static class Guarded {

        @Fallback(name = "quotes", method = "instead")
        @RateLimited("quotes")
        @CircuitBreaker
        public String quote() {
            return "10 EUR";
        }

        private String instead(RateLimitedException limited) {
            return "later";
        }

        private String instead(CircuitBreakerOpenException open) {
            return "closed";
        }

        private String instead(CallTimedOutException late) {
            return "late";
        }

        private String instead(IOException failure) {
            return "down";
        }

        private String instead(IllegalStateException failure) {
            return "wrong";
        }
    }

    static class Keyed {

        @Fallback(name = "quotes", method = "tooMany")
        @RateLimited(name = "quotes", key = "#user")
        public String quote(String user) {
            return "10 EUR";
        }

        private String tooMany(RateLimitedException limited) {
            return "later";
        }
    }

    static class Second {

        @Fallback(
                name = "quotes",
                method = {"other", "instead"})
        @RateLimited("quotes")
        public String quote() {
            return "10 EUR";
        }

        private String other() {
            return "other";
        }

        private String instead(RateLimitedException limited) {
            return "later";
        }
    }
}
