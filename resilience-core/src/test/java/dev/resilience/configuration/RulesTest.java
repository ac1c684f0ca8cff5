package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.ResilienceConfigurationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void allBrokenRulesAreReportedTogether() {
        Rules rules = new Rules()
                .present("limits", null, "60/1m")
                .atLeast("max-keys", 0, 1, "1000")
                .between("rate", 101, 1, 99.5, "50")
                .positive("period", Duration.ZERO, "1m")
                .notNegative("max-wait", Duration.ofSeconds(-1), "1s")
                .that(false, "mode", "odd", "must be even", "even")
                .otherwise(false, "key", null, "is alone", "Give it company");

        assertThat(problems(rules))
                .containsExactly(
                        problem("limits", null, "is required", "60/1m"),
                        problem("max-keys", "0", "must be at least 1", "1000"),
                        problem("rate", "101", "must be between 1 and 99.5", "50"),
                        problem("period", "0s", "must be longer than zero", "1m"),
                        problem("max-wait", "-1s", "must not be negative", "1s"),
                        problem("mode", "odd", "must be even", "even"),
                        new Problem("key", null, null, "is alone", "Give it company"));
    }

    @Test
    void theBoundsThemselvesPass() {
        Rules rules = new Rules()
                .present("limits", "", "60/1m")
                .atLeast("max-keys", 1, 1, "1000")
                .between("rate", 1, 1, 100, "50")
                .between("rate", 100.0, 1, 100, "50")
                .positive("period", Duration.ofNanos(1), "1m")
                .notNegative("max-wait", Duration.ZERO, "1s");

        assertThatCode(rules::report).doesNotThrowAnyException();
    }

    @Test
    void whatIsUnsetBreaksNoOtherRule() {
        Rules rules = new Rules()
                .atLeast("a", null, 1, "1")
                .between("b", null, 1, 2, "1")
                .positive("c", null, "1s")
                .notNegative("d", null, "1s");

        assertThatCode(rules::report).doesNotThrowAnyException();
    }

    @Test
    void belowTheLowerBoundIsOutOfBounds() {
        assertThat(problems(new Rules().between("rate", 0.9, 1, 2, "1"))).hasSize(1);
        assertThat(problems(new Rules().positive("wait", Duration.ofNanos(-1), "1s")))
                .hasSize(1);
    }

    private static Problem problem(String property, String value, String reason, String example) {
        return new Problem(property, value, null, reason, "Write for example '" + property + ": " + example + "'");
    }

    private static List<Problem> problems(Rules rules) {
        return catchThrowableOfType(ResilienceConfigurationException.class, rules::report)
                .problems();
    }
}
