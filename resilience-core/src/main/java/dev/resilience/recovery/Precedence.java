package dev.resilience.recovery;

import dev.resilience.CallRejectedException;
import dev.resilience.configuration.Problem;
import dev.resilience.failure.StatusRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Finds conditions that are never looked at, because a rule further up covers all that they are about.
 *
 * <p>The first rule that covers a failure decides about it, and goes on deciding when all it says is done. So what a condition
 * is about has to be covered by one condition of an earlier rule. Of beans nobody knows what they cover, and refusals
 * may be meant by their very name, which no supertype stands for: about those nothing is said.
 */
final class Precedence {

    private static final String REFUSAL = CallRejectedException.class.getName();
    private static final String REMEDY = "Move it further up, or remove it";

    private final List<RuleText> rules;
    private final BiPredicate<String, String> kinship;

    /** @param kinship whether every exception of the first name is certainly one of the second */
    Precedence(List<RuleText> rules, BiPredicate<String, String> kinship) {
        this.rules = rules;
        this.kinship = kinship;
    }

    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        for (int at = 1; at < rules.size(); at++) {
            problems.addAll(of(rules.get(at), rules.subList(0, at)));
        }
        return problems;
    }

    private List<Problem> of(RuleText rule, List<RuleText> earlier) {
        List<Problem> problems = new ArrayList<>();
        for (ConditionText condition : rule.conditions()) {
            rival(condition, earlier).ifPresent(rival -> problems.add(problem(rule, condition, rival)));
        }
        return problems;
    }

    private Optional<RuleText> rival(ConditionText condition, List<RuleText> earlier) {
        return earlier.stream()
                .filter(rule -> rule.conditions().stream().anyMatch(other -> covers(other, condition)))
                .findFirst();
    }

    private boolean covers(ConditionText wider, ConditionText condition) {
        if (wider.equals(condition)) {
            return true;
        }
        StatusRange statuses = condition.statuses();
        if (statuses != null) {
            StatusRange others = wider.statuses();
            return others != null && others.includes(statuses);
        }
        return condition.isName() && names(wider).stream().anyMatch(name -> isOne(condition.text(), name));
    }

    private static List<String> names(ConditionText condition) {
        return condition.isTimeout() ? Conditions.TIMEOUTS : condition.isName() ? List.of(condition.text()) : List.of();
    }

    private boolean isOne(String name, String wider) {
        return kinship.test(name, wider) && !kinship.test(name, REFUSAL);
    }

    private static Problem problem(RuleText rule, ConditionText condition, RuleText rival) {
        String what = rule.conditions().size() == 1 ? "the rule" : "'" + condition.text() + "' in it";
        return new Problem(
                RuleChecks.KNOB,
                rule.text(),
                null,
                what + " is never reached, because '" + rival.text() + "' before it covers the same",
                REMEDY);
    }
}
