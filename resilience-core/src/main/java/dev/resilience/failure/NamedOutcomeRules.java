package dev.resilience.failure;

import dev.resilience.Collaborators;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Map;

/** Rules that code has given names to: {@code @name} means one, and nothing else means anything. */
public final class NamedOutcomeRules implements OutcomeRuleSource {

    private static final String SIGN = "@";

    private final Collaborators lent;

    /** The rules by name. */
    public NamedOutcomeRules(Map<String, OutcomeRule> rules) {
        this(Collaborators.of(rules));
    }

    /** The rules among these objects. */
    public NamedOutcomeRules(Collaborators lent) {
        this.lent = lent;
    }

    @Override
    public OutcomeRule rule(String knob, String text) {
        String name = text.startsWith(SIGN) ? text.substring(SIGN.length()) : "";
        if (!lent.has(OutcomeRule.class, name)) {
            throw new ResilienceConfigurationException(List.of(problem(knob, text, name)));
        }
        return lent.get(OutcomeRule.class, name);
    }

    private Problem problem(String knob, String text, String name) {
        if (name.isEmpty()) {
            return new Problem(
                    knob,
                    text,
                    null,
                    "is an expression, and nobody here understands those",
                    "Give the builder a rule with a name, and write '@name'");
        }
        String near = NearestName.question(name, lent.names(OutcomeRule.class), SIGN);
        return new Problem(
                knob, text, null, "names no rule", near + "Give the builder a rule with the name '" + name + "'");
    }
}
