package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.recovery.Restartable;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Retryable;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VainRetriesTest {

    @Test
    void aRetryOfWhatARetryFurtherInHasGivenUpOnIsAWarning() {
        assertThat(findings(Carrier.class, "ConnectException | 503 -> retry 2, escalate"))
                .containsExactly(Finding.warning(
                        "vain-retry",
                        "Carrier.quote",
                        "The 'retry' in 'ConnectException | 503 -> retry 2, escalate' of the recovery 'carrier' does nothing"
                                + " here: the retry 'carrier' has given up on what comes to it, and nothing is restarted"
                                + " before.",
                        "Put a 'restart' before it, or leave it to one of the two."));
    }

    @Test
    void andSoItIs() {
        Starters.with(Carrier.class)
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules=ConnectException -> retry 2",
                        "resilience.retries.carrier.max-attempts=1")
                .run(context -> {
                    Carrier carrier = context.getBean(Carrier.class);
                    assertThat(catchThrowable(carrier::quote)).isInstanceOf(ConnectException.class);
                    assertThat(carrier.calls()).isOne();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"timeout", "rate-limit", "5xx", "500-504", "java.net.SocketTimeoutException", "SQLException"})
    void ofWhateverTheRetryUsuallyRetries(String condition) {
        assertThat(findings(Carrier.class, condition + " -> retry")).hasSize(1);
    }

    /** The retry leaves some of these alone, as it does where it is told what to retry. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "404",
                "400-599",
                "RuntimeException",
                "CircuitBreakerOpenException",
                "HttpClientErrorException",
                "ConnectException | 404",
                "@bean"
            })
    void whatTheRetryMayLeaveAloneIsNot(String condition) {
        assertThat(findings(Carrier.class, condition + " -> retry")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "retry-on, java.sql.SQLException, 0",
        "retry-on, ConnectException, 1",
        "never, ConnectException, 0",
        "retry-on-status, 503, 0",
        "shadow, true, 0"
    })
    void whatTheRetryIsToldDecides(String knob, String value, int findings) {
        assertThat(findings(
                        Carrier.class, "ConnectException -> retry", "resilience.retries.carrier." + knob + "=" + value))
                .hasSize(findings);
    }

    @Test
    void oneAfterARestartIsNot() {
        assertThat(findings(Carrier.class, "503 -> restart client, ConnectException -> retry"))
                .isEmpty();
    }

    @Test
    void noneIsWithinTheRetry() {
        assertThat(findings(Inside.class, "ConnectException -> retry")).isEmpty();
    }

    private static List<Finding> findings(Class<?> bean, String rules, String... properties) {
        List<Finding> found = new ArrayList<>();
        Starters.with(bean)
                .withBean("client", Restartable.class, () -> () -> {})
                .withBean("bean", Predicate.class, () -> failure -> false)
                .withPropertyValues("resilience.recoveries.carrier.rules=" + rules)
                .withPropertyValues("resilience.retries.carrier.delay=1ms")
                .withPropertyValues(properties)
                .run(context -> found.addAll(context.getBean(Findings.class).all()));
        return found;
    }

    static class Carrier {
        private int calls;

        @Recovery("carrier")
        @Retryable("carrier")
        public String quote() throws ConnectException {
            calls++;
            throw new ConnectException();
        }

        public int calls() {
            return calls;
        }
    }

    static class Inside {

        @Resilient(order = "retries, recoveries")
        @Recovery("carrier")
        @Retryable("carrier")
        public String quote() {
            return "10 EUR";
        }
    }
}
