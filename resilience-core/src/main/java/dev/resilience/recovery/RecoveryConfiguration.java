package dev.resilience.recovery;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Plural;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        Duration restartPause,

        @Knob(value = "Below which share of saved calls a rule is reported, in percent.", byDefault = "80")
        Double recoveryRateThreshold,

        @Knob(value = "How many of the last calls that a rule acted on its rate looks at.", byDefault = "100")
        Integer rateWindow,

        @Knob(value = "How many calls a rate needs to mean something.", byDefault = "10")
        Integer minimumCalls,

        @Knob(value = "How many errors of the same class from the same place are a pattern.", byDefault = "10")
        Integer patternThreshold,

        @Knob(value = "Within which time they are.", byDefault = "1m")
        Duration patternWindow,

        @Knob(
                value = "How long the same pattern, or a risen share of errors, is not reported again.",
                byDefault = "10m")
        Duration patternPause) {

    private static final int MOST_KEYS = 1_000_000;
    private static final int LONGEST_WINDOW = 10_000;
    private static final int MOST_SIGHTINGS = 100;

    public RecoveryConfiguration {
        rules = List.copyOf(rules);
        fallback = List.copyOf(fallback);
        Rules checks = new Rules();
        RuleChecks.check(checks, rules);
        checks.between("max-keys", maxKeys, 1, MOST_KEYS, "10000")
                .notNegative("max-wait", maxWait, "10s")
                .notNegative("restart-pause", restartPause, "30s")
                .between("recovery-rate-threshold", recoveryRateThreshold, 1, 100, "80")
                .between("rate-window", rateWindow, 1, LONGEST_WINDOW, "100")
                .atLeast("minimum-calls", minimumCalls, 1, "10")
                .that(
                        minimumCalls <= rateWindow || !isWindow(rateWindow),
                        "minimum-calls",
                        minimumCalls,
                        "is never reached in a window of " + Plural.of(rateWindow, "call"),
                        Integer.toString(rateWindow))
                .between("pattern-threshold", patternThreshold, 2, MOST_SIGHTINGS, "10")
                .positive("pattern-window", patternWindow, "1m")
                .notNegative("pattern-pause", patternPause, "10m")
                .report();
    }

    /**
     * The conditions, by rule, of those that send calls in again where nothing is restarted. None where a rule restarts
     * something, or is a bean, which may.
     */
    public Map<String, List<String>> retriesWithoutRestart() {
        return RuleChecks.retriesWithoutRestart(RuleChecks.read(rules));
    }

    /** Of a window that can't be, that it can't be is all there is to say. */
    private static boolean isWindow(int calls) {
        return calls >= 1 && calls <= LONGEST_WINDOW;
    }
}
