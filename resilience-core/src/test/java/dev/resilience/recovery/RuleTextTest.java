package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ResilienceConfigurationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTextTest {

    @Test
    void readsConditionsAndActions() throws Unreadable {
        RuleText rule =
                RuleText.read("java.io.IOException | 5xx|rate-limit -> restart client, retry 2 after 500ms, escalate");

        assertThat(rule.conditions())
                .extracting(ConditionText::text)
                .containsExactly("java.io.IOException", "5xx", "rate-limit");
        assertThat(rule.actions())
                .containsExactly(
                        RecoveryAction.restart("client"),
                        RecoveryAction.retry(2, Duration.ofMillis(500)),
                        RecoveryAction.escalate());
    }

    @Test
    void readsWhatIsLeftOut() throws Unreadable {
        assertThat(RuleText.read("* -> retry, restart, isolate 1m").actions())
                .containsExactly(
                        RecoveryAction.retry(1),
                        RecoveryAction.restart(""),
                        RecoveryAction.isolate(Duration.ofMinutes(1)));
        assertThat(RuleText.read("@carrierRule").isBean()).isTrue();
        assertThat(RuleText.read("@carrierRule").bean()).isEqualTo("carrierRule");
    }

    @Test
    void tellsRulesFromActionsInOneLine() {
        assertThat(RuleText.rules(List.of("A -> restart x, retry 2", "* -> escalate")))
                .containsExactly("A -> restart x, retry 2", "* -> escalate");
        assertThat(RuleText.rules(List.of("A -> restart x", "retry 2", "@bean", "* -> escalate")))
                .containsExactly("A -> restart x, retry 2", "@bean", "* -> escalate");
    }

    @Test
    void writesActionsAsItReadsThem() throws Unreadable {
        for (String text :
                List.of("retry 2 after 500ms", "retry 1", "restart x", "fallback", "isolate 30s", "escalate")) {
            assertThat(ActionText.read(text)).hasToString(text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "A -> retyr 2; 'retyr 2' is no action; Did you mean 'retry'?",
                "A -> retry 2 after 500; 'retry 2 after 500' has no unit; Write for example 'retry 2 after 500ms'",
                "A -> retry 99; 'retry 99' must retry between 1 and 20 times; Write for example 'retry 2 after 500ms'",
                "A -> fallback lastQuote; 'fallback lastQuote' says more; Write 'fallback' alone, and 'fallback: lastQuote' beside",
                "A -> escalate 5m; 'escalate 5m' says more or less than 'escalate' can; Write 'escalate' alone",
                "A -> isolate; 'isolate' says more or less than 'isolate' can; Write for example 'isolate 30s'",
                "A -> isolate 0; 'isolate 0' must isolate for longer than zero; Write for example 'isolate 30s'",
                "ratelimit -> escalate; 'ratelimit' is no condition; Did you mean 'rate-limit'?",
                "timeuot -> escalate; 'timeuot' is no condition; Did you mean 'timeout'?",
                "Timeout -> escalate; 'Timeout' is no condition; Did you mean 'timeout'?",
                "RateLimit -> escalate; 'RateLimit' is no condition; Did you mean 'rate-limit'?",
                "RATE_LIMIT -> escalate; 'RATE_LIMIT' is no condition; Did you mean 'rate-limit'?",
                "302 -> escalate; '302' includes statuses below 400; Write for example '429'",
                "4x -> escalate; '4x' is no HTTP status; Write for example '429'",
                "A | -> escalate; a condition is missing; Write for example 'ConnectException'",
                "A => retry; needs one arrow '->' between conditions and actions; Write for example 'ConnectException | 503 ->",
                "A -> fallback, retry; 'retry 1' is never reached after 'fallback'; Put 'retry 1' before it",
                "A -> isolate 1s, restart x; 'restart x' is never reached after 'isolate 1s'; Put 'restart x' before it"
            })
    void saysWhatIsWrongAndWhatToWrite(String rule, String reason, String remedy) {
        assertThatThrownBy(() -> new Scene().configuration(rule))
                .isInstanceOfSatisfying(ResilienceConfigurationException.class, refused -> {
                    assertThat(refused.problems()).singleElement().satisfies(problem -> {
                        assertThat(problem.property()).isEqualTo("rules");
                        assertThat(problem.value()).isEqualTo(rule.strip());
                        assertThat(problem.reason()).startsWith(reason);
                        assertThat(problem.remedy()).startsWith(remedy);
                    });
                });
    }

    @Test
    void findsRulesThatAreNeverReached() {
        assertThatThrownBy(() -> new Scene().configuration("* -> escalate", "503 -> retry"))
                .hasMessageContaining(
                        "'503 -> retry' (code): is never reached, because '* -> escalate' before it covers all. Move");
        assertThatThrownBy(() -> new Scene().configuration("* -> escalate", "A -> retry"))
                .hasMessageContaining("'A -> retry' (code): is reached by nothing but refusals of guards, because"
                        + " '* -> escalate' before it covers all else. Move it further up");
        assertThatThrownBy(() -> new Scene().configuration("A | B -> escalate", "B -> retry"))
                .hasMessageContaining("'B -> retry' (code): is never reached, because rules before it cover the same");
    }

    @Test
    void ofAWindowThatCantBeOnlyThatIsTold() {
        for (String calls : List.of("0", "-1", "20000")) {
            assertThatThrownBy(() -> new Scene().with("rate-window", calls).configuration("* -> escalate"))
                    .isInstanceOfSatisfying(ResilienceConfigurationException.class, refused -> assertThat(
                                    refused.problems())
                            .singleElement()
                            .satisfies(problem -> assertThat(problem.property()).isEqualTo("rate-window")));
        }
    }

    @Test
    void aRateThatNeedsMoreCallsThanItLooksAtIsNoRate() {
        assertThatThrownBy(() -> new Scene()
                        .with("rate-window", "5")
                        .with("minimum-calls", "6")
                        .configuration("* -> escalate"))
                .hasMessageContaining("minimum-calls = '6' (code): is never reached in a window of 5 calls");
    }

    @Test
    void wantsRules() {
        assertThatThrownBy(() -> new Scene().configuration(""))
                .hasMessageContaining(
                        "are required. Write for example 'rules: ConnectException -> retry 2 after 500ms'");
    }
}
