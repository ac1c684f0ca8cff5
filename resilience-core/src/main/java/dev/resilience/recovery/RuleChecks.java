package dev.resilience.recovery;

import dev.resilience.configuration.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the rules of a configuration as texts, and what they say together. */
final class RuleChecks {

    static final String KNOB = "rules";

    private RuleChecks() {}

    /** Adds what is wrong. */
    static void check(Rules rules, List<String> elements) {
        List<RuleText> read = new ArrayList<>();
        for (String text : RuleText.rules(elements)) {
            try {
                read.add(RuleText.read(text));
            } catch (Unreadable unreadable) {
                rules.otherwise(false, KNOB, text, unreadable.reason(), unreadable.remedy());
            }
        }
        rules.otherwise(
                !elements.isEmpty(),
                KNOB,
                null,
                "are required",
                "Write for example 'rules: ConnectException -> retry 2 after 500ms'");
        checkReachable(rules, read);
    }

    private static void checkReachable(Rules rules, List<RuleText> read) {
        Set<ConditionText> before = new HashSet<>();
        RuleText all = null;
        for (RuleText rule : read) {
            boolean repeats = !rule.isBean() && before.containsAll(rule.conditions());
            String reason =
                    all == null ? "is never reached, because rules before it cover the same" : behind(all, rule);
            rules.otherwise(all == null && !repeats, KNOB, rule.text(), reason, "Move it further up, or remove it");
            before.addAll(rule.conditions());
            all = all == null && rule.coversAll() ? rule : all;
        }
    }

    /** Refusals of guards have to be named, so a name behind what covers all else may be that of one. */
    private static String behind(RuleText all, RuleText rule) {
        String covers = "because '" + all.text() + "' before it covers all";
        return rule.conditions().stream().anyMatch(ConditionText::isName)
                ? "is reached by nothing but refusals of guards, " + covers + " else"
                : "is never reached, " + covers;
    }

    /** See {@link RecoveryConfiguration#retriesWithoutRestart}. */
    static Map<String, List<String>> retriesWithoutRestart(List<RuleText> rules) {
        Map<String, List<String>> retries = new LinkedHashMap<>();
        for (RuleText rule : rules) {
            if (rule.isBean() || rule.does(RecoveryAction.Restart.class)) {
                return Map.of();
            }
            if (rule.does(RecoveryAction.Retry.class)) {
                retries.put(
                        rule.text(),
                        rule.conditions().stream().map(ConditionText::text).toList());
            }
        }
        return retries;
    }

    /** The rules of elements that have been checked. */
    static List<RuleText> read(List<String> elements) {
        List<RuleText> read = new ArrayList<>();
        for (String text : RuleText.rules(elements)) {
            try {
                read.add(RuleText.read(text));
            } catch (Unreadable unchecked) {
                throw new IllegalStateException("the rule '" + text + "' wasn't checked", unchecked);
            }
        }
        return List.copyOf(read);
    }
}
