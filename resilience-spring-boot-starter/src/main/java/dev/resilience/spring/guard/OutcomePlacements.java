package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.failure.OutcomeRuleSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether what a policy says of outcomes can be said of the methods it is on: its expressions know of no method when they
 * are compiled. Beans, and rules of other sources, are taken at their word.
 */
final class OutcomePlacements {

    private final OutcomeRuleSource rules;
    private final Findings findings;

    OutcomePlacements(OutcomeRuleSource rules, Findings findings) {
        this.rules = rules;
        this.findings = findings;
    }

    /**
     * What is wrong with the policy being on a method that gives results of this type; what is only doubtful is a finding.
     *
     * @param repeats whether the policy sends calls in again
     */
    List<Problem> check(ResolvedPolicy<?> policy, Site site, boolean repeats) {
        List<Problem> problems = new ArrayList<>();
        for (Knobs.Described knob : Knobs.of(policy.kind().configurationType())) {
            Setting said = policy.settings().get(knob.name());
            if (knob.knob().isOutcomeRule()
                    && said != null
                    && !said.text().isBlank()
                    && rules.rule(knob.name(), said.text()) instanceof OutcomeExpression expression) {
                check(expression, knob.name(), said, policy, site, problems);
                if (repeats && site.shape() == CallShape.FLUX && expression.asksForResults()) {
                    findings.add(tooLate(knob.name(), policy, site));
                }
            }
        }
        return problems;
    }

    private void check(
            OutcomeExpression expression,
            String knob,
            Setting said,
            ResolvedPolicy<?> policy,
            Site site,
            List<Problem> problems) {
        if (!givesNothing(site)) {
            expression
                    .missing(site.returnType())
                    .ifPresent(missing -> findings.add(unreadable(knob, policy, site, missing)));
        } else if (expression.isTrueOfNothing()) {
            problems.add(ofNothing(knob, said, policy.kind(), site));
        }
    }

    private static boolean givesNothing(Site site) {
        return site.returnType() == void.class || site.returnType() == Void.class;
    }

    private static Problem ofNothing(String knob, Setting said, PolicyKind<?, ?> kind, Site site) {
        return new Problem(
                knob,
                said.text(),
                said.origin(),
                "makes a failure of every call of " + site.operation() + ", which gives no result",
                "Write what is about '#failure', or give the method a " + kind.singular() + " of its own");
    }

    private static Finding tooLate(String knob, ResolvedPolicy<?> policy, Site site) {
        return Finding.warning(
                "streamed-result",
                site.operation(),
                "The " + knob + " of the " + policy.kind().singular() + " '" + policy.name()
                        + "' asks for '#result', but when a Flux has a result its first element is out, and nothing can be"
                        + " tried again.",
                "Ask for '#failure', or give a Mono of all elements.");
    }

    private static Finding unreadable(String knob, ResolvedPolicy<?> policy, Site site, PropertyChain.Missing missing) {
        return Finding.warning(
                "unreadable-result",
                site.operation(),
                "The " + knob + " of the " + policy.kind().singular() + " '" + policy.name() + "' asks for '"
                        + missing.step() + "', which " + missing.type().getSimpleName()
                        + " doesn't have, so that it throws and says nothing about any result.",
                (missing.near() == null ? "" : "Did you mean '" + missing.near() + "'? ")
                        + "Name what results have, or give the method a "
                        + policy.kind().singular() + " of its own.");
    }
}
