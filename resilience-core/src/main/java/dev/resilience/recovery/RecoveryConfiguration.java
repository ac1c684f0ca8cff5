package dev.resilience.recovery;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be done about which failure, and what is worth telling about failures. Immutable. */
public record RecoveryConfiguration(
        @Knob(
                value =
                        "What is to be done about which failure: conditions with | between them, an arrow, and actions in turn; the first"
                                + " rule that covers a failure decides.",
                example = "ConnectException | 503 -> retry 2 after 500ms, escalate")
        List<String> rules,

        @Knob(
                value = "The methods that the action fallback tries in turn: of the same bean, or bean::method.",
                example = "lastQuote")
        List<String> fallback,

        @Knob(
                value = "Whose calls are refused by the action isolate, as an expression. Unset, everybody's.",
                example = "#host")
        @Nullable String key,

        @Knob(
                value = "How many keys may be isolated by themselves at a time; more of them share strict states.",
                byDefault = "10000",
                needs = "key")
        Integer maxKeys,

        @Knob(
                value =
                        "The longest wait for a restart, from its beginning, and for what an answer asks for before a retry.",
                byDefault = "10s")
        Duration maxWait,

        @Knob(value = "How long a restart is not followed by another one of the same.", byDefault = "30s")
        Duration restartPause) {

    private static final int MOST_KEYS = 1_000_000;

    public RecoveryConfiguration {
        rules = List.copyOf(rules);
        fallback = List.copyOf(fallback);
        Rules checks = new Rules();
        RuleChecks.check(checks, rules);
        checks.between("max-keys", maxKeys, 1, MOST_KEYS, "10000")
                .notNegative("max-wait", maxWait, "10s")
                .notNegative("restart-pause", restartPause, "30s")
                .report();
    }
}
