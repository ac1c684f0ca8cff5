package dev.resilience.recovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A rule as people write it, read: {@code ConnectException | 503 -> restart carrierClient, retry 2 after 500ms}, or a bean
 * that is a rule as a whole: {@code @carrierRule}.
 *
 * <p>The actions have commas between them, and so have elements of a list that is written in one line. Every rule but a bean
 * has exactly one arrow, so an element without one belongs to the rule before it.
 *
 * @param text as it is written
 * @param conditions empty for a bean
 * @param actions empty for a bean
 */
record RuleText(String text, List<ConditionText> conditions, List<RecoveryAction> actions) {

    static final String ARROW = "->";
    private static final String EXAMPLE = "Write for example 'ConnectException | 503 -> retry 2 after 500ms, fallback'";

    /** The texts of these elements, rule by rule. */
    static List<String> rules(List<String> elements) {
        List<String> rules = new ArrayList<>();
        for (String element : String.join(",", elements).split(",")) {
            String text = element.strip();
            boolean begins = text.contains(ARROW) || text.startsWith("@") || rules.isEmpty();
            if (begins && !text.isEmpty()) {
                rules.add(text);
            } else if (!text.isEmpty()) {
                rules.add(rules.remove(rules.size() - 1) + ", " + text);
            }
        }
        return rules;
    }

    /** The rule of this text. @throws Unreadable if it is none */
    static RuleText read(String text) throws Unreadable {
        if (text.startsWith("@") && !text.contains(ARROW)) {
            return bean(text);
        }
        List<String> sides = Arrays.asList(text.split(ARROW, -1));
        if (sides.size() != 2) {
            throw new Unreadable("needs one arrow '->' between conditions and actions", EXAMPLE);
        }
        List<ConditionText> conditions = new ArrayList<>();
        for (String condition : sides.get(0).split("\\|", -1)) {
            conditions.add(ConditionText.read(condition));
        }
        List<RecoveryAction> actions = new ArrayList<>();
        for (String action : sides.get(1).split(",", -1)) {
            actions.add(ActionText.read(action));
        }
        checkOrder(actions);
        return new RuleText(text, List.copyOf(conditions), List.copyOf(actions));
    }

    private static RuleText bean(String text) throws Unreadable {
        if (!new ConditionText(text).isBean()) {
            throw new Unreadable("names no bean, and has no actions", EXAMPLE);
        }
        return new RuleText(text, List.of(), List.of());
    }

    /** Nothing goes in again after a fallback, nor where all calls are refused. */
    private static void checkOrder(List<RecoveryAction> actions) throws Unreadable {
        RecoveryAction last = null;
        for (RecoveryAction action : actions) {
            boolean goesIn = action instanceof RecoveryAction.Retry || action instanceof RecoveryAction.Restart;
            if (last != null && (goesIn || action == RecoveryAction.fallback() && last == action)) {
                throw new Unreadable(
                        "'" + action + "' is never reached after '" + last + "'",
                        "Put '" + action + "' before it, or leave one of them out");
            }
            boolean ends = action == RecoveryAction.fallback() || action instanceof RecoveryAction.Isolate;
            last = ends ? action : last;
        }
    }

    boolean isBean() {
        return conditions.isEmpty();
    }

    /** The name of the bean. */
    String bean() {
        return text.substring(1);
    }

    boolean coversAll() {
        return conditions.stream().anyMatch(ConditionText::isAny);
    }

    /** How long a call may take with all that this rule does about it, if each time it takes as long as this. */
    Duration longest(Duration each) {
        Duration longest = each;
        for (RecoveryAction action : actions) {
            if (action instanceof RecoveryAction.Retry retry) {
                longest = longest.plus(each.plus(retry.after()).multipliedBy(retry.times()));
            } else if (action instanceof RecoveryAction.Restart) {
                longest = longest.plus(each);
            }
        }
        return longest;
    }

    boolean does(Class<? extends RecoveryAction> what) {
        return actions.stream().anyMatch(what::isInstance);
    }

    boolean hasFallback() {
        return actions.contains(RecoveryAction.fallback());
    }
}
