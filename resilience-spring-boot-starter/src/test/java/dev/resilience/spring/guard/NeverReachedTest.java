package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class NeverReachedTest {

    @Test
    void aRuleBehindOneAboutASupertypeIsAWarning() {
        assertThat(findings("IOException -> retry 2", "ConnectException -> escalate"))
                .containsExactly(Finding.warning(
                        "never-reached",
                        "resilience.recoveries.carrier.rules = 'ConnectException -> escalate' (test)",
                        "The rule is never reached, because 'IOException -> retry 2' before it covers the same.",
                        "Move it further up, or remove it."));
    }

    @Test
    void soIsOneConditionOfARule() {
        assertThat(findings(
                        "IOException | timeout -> retry 2",
                        "java.sql.SQLException | SocketTimeoutException -> escalate"))
                .extracting(Finding::text)
                .containsExactly(
                        "'SocketTimeoutException' in it is never reached, because 'IOException | timeout -> retry 2'"
                                + " before it covers the same.");
    }

    @ParameterizedTest
    @CsvSource({
        "java.io.IOException, java.net.ConnectException",
        "RuntimeException, BrokenException",
        "timeout, SocketTimeoutException",
        "TimeoutException, java.util.concurrent.TimeoutException",
        "5xx, 503",
        "400-499, 404-410",
    })
    void whatIsCoveredByOneBeforeItIsReported(String wider, String narrower) {
        assertThat(findings(wider + " -> retry", narrower + " -> escalate")).hasSize(1);
    }

    /** The first are wider than what is before them, of several classes of one name, unknown, or refusals. */
    @ParameterizedTest
    @CsvSource({
        "ConnectException, IOException",
        "503, 5xx",
        "500-503, 502-504",
        "IOException, SQLException",
        "RuntimeException, TimeoutException",
        "RuntimeException, LostException",
        "timeout, IOException",
        "rate-limit, 503",
        "RuntimeException, RateLimitedException",
        "@bean, IOException",
    })
    void whatMayBeReachedIsNot(String first, String second) {
        assertThat(findings(first + " -> retry", second + " -> escalate")).isEmpty();
    }

    private static List<Finding> findings(String... rules) {
        List<Finding> found = new ArrayList<>();
        ApplicationContextRunner runner = Starters.with(Carrier.class, Application.class)
                .withBean("bean", Predicate.class, () -> failure -> false);
        for (int at = 0; at < rules.length; at++) {
            runner = runner.withPropertyValues("resilience.recoveries.carrier.rules[" + at + "]=" + rules[at]);
        }
        runner.run(context -> context.getBean(Findings.class).all().stream()
                .filter(finding -> finding.code().equals("never-reached"))
                .forEach(found::add));
        return found;
    }

    static class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Application {}

    static class Carrier {

        @Recovery("carrier")
        public String quote() {
            return "10 EUR";
        }
    }
}
