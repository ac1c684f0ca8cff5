package dev.resilience.recovery;

import dev.resilience.Collaborators;
import dev.resilience.PolicyContext;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.budget.RetryBudget;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.failure.BrokenRules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** Makes plans of configurations: looks up what they name, and reports all that isn't there together. */
final class Planner {

    private final String name;
    private final PolicyContext context;
    private final Collaborators lent;
    private final Restarts restarts;
    private final RetryBudget budget;
    private final Isolations isolations;
    private final RecoveryNumbers numbers;
    private final BrokenRules broken;

    Planner(
            String name,
            PolicyContext context,
            Restarts restarts,
            RetryBudget budget,
            Isolations isolations,
            RecoveryNumbers numbers,
            BrokenRules broken) {
        this.name = name;
        this.context = context;
        this.lent = context.collaborators();
        this.restarts = restarts;
        this.budget = budget;
        this.isolations = isolations;
        this.numbers = numbers;
        this.broken = broken;
    }

    /** @throws ResilienceConfigurationException if something is named that isn't there */
    Plan plan(RecoveryConfiguration configuration) {
        List<Problem> problems = new ArrayList<>();
        ConcurrentMap<String, Restarting> restartings = new ConcurrentHashMap<>();
        Deeds doer = new Deeds(
                name,
                budget,
                restarts,
                wanted -> restarting(wanted, restartings),
                isolations,
                numbers,
                broken,
                configuration);
        List<Rule> rules = new ArrayList<>();
        List<RuleText> texts = RuleChecks.read(configuration.rules());
        for (RuleText text : texts) {
            try {
                RecoveryRate rate = new RecoveryRate(
                        configuration.rateWindow(),
                        configuration.minimumCalls(),
                        configuration.recoveryRateThreshold());
                rules.add(new Rule(rules.size(), text.text(), rate, deeds(text, doer)));
            } catch (ResilienceConfigurationException refused) {
                refused.problems().forEach(problem -> problems.add(of(text, problem)));
            }
        }
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
        return new Plan(
                texts,
                List.copyOf(rules),
                restartings.values(),
                doer,
                configuration.maxWait().toNanos());
    }

    private static Problem of(RuleText text, Problem problem) {
        return new Problem(RuleChecks.KNOB, text.text(), null, problem.reason(), problem.remedy());
    }

    private Function<Incident, List<Deed>> deeds(RuleText text, Deeds doer) {
        if (text.isBean()) {
            return bean(text, doer);
        }
        Conditions conditions = new Conditions(text.conditions(), context.outcomeRules(), broken);
        List<Deed> deeds = doer.of(text.actions(), text.text());
        return incident -> conditions.cover(incident.failure(), incident.diagnosis()) ? deeds : List.of();
    }

    /** What it has done is known only when it says so, and looked up then. */
    private Function<Incident, List<Deed>> bean(RuleText text, Deeds doer) {
        require(RecoveryRule.class, text.bean());
        return incident -> {
            try {
                RecoveryRule rule = lent.get(RecoveryRule.class, text.bean());
                return doer.of(rule.actions(incident.failure()), text.text());
            } catch (Throwable thrown) {
                broken.report("the rule " + text.text(), thrown, "the rules that follow are asked");
                return List.of();
            }
        };
    }

    private Restarting restarting(String written, ConcurrentMap<String, Restarting> known) {
        String wanted = written.isEmpty() ? only() : written;
        require(Restartable.class, wanted);
        return known.computeIfAbsent(wanted, same -> restarts.of(same, () -> lent.get(Restartable.class, same)));
    }

    private String only() {
        List<String> names = lent.names(Restartable.class);
        if (names.size() != 1) {
            String known = names.isEmpty() ? "there is none" : "there are " + String.join(", ", names);
            throw wrong("'restart' names no Restartable, and " + known, "Write for example 'restart carrierClient'");
        }
        return names.get(0);
    }

    private void require(Class<?> type, String wanted) {
        if (!lent.has(type, wanted)) {
            String near = NearestName.question(wanted, lent.names(type));
            throw wrong(
                    "'" + wanted + "' names no " + type.getSimpleName(),
                    near + "Declare a " + type.getSimpleName() + " of that name");
        }
    }

    private static ResilienceConfigurationException wrong(String reason, String remedy) {
        return new ResilienceConfigurationException(List.of(new Problem(RuleChecks.KNOB, null, null, reason, remedy)));
    }
}
