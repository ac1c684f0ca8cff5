package dev.resilience.spring.guard;

import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.config.HttpRule;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with rules, told where it is written and in the order of the rules. */
final class RuleProblems {

    private static final Pattern OF_RULE = Pattern.compile("resilience\\.http\\.rules\\[(\\d{1,9})]");

    private RuleProblems() {}

    /** What stands below a limiter that others use as well is told there, with the rule that doesn't agree with it. */
    static Problem ofLimiter(Problem problem, HttpRule rule, ResolvedPolicy<?> limiter) {
        Optional<Setting> written = setting(problem.property(), limiter.settings());
        if (rule.ownsRateLimiter()
                || written.isEmpty()
                || setting(problem.property(), rule.settings()).isPresent()) {
            return problem;
        }
        return new Problem(
                PropertyName.of(limiter.kind().id(), limiter.name()) + "." + problem.property(),
                problem.value(),
                written.get().origin(),
                problem.reason() + " (in the rule '" + rule.name() + "', " + rule.origin() + ")",
                problem.remedy() + " in the rule");
    }

    /** The same problem with the full name of the property, and the place it comes from. */
    static Problem placed(Problem problem, HttpRule rule) {
        if (problem.property().startsWith("resilience.")) {
            return problem;
        }
        Setting said = rule.settings().get(problem.property());
        Problem full = problem.under(rule.property());
        return full.origin() != null ? full : full.at(said == null ? rule.origin() : said.origin());
    }

    /** The problems, those of rules in the order of the rules. */
    static List<Problem> inOrder(List<Problem> problems) {
        Iterator<Problem> ofRules = problems.stream()
                .filter(problem -> index(problem) >= 0)
                .sorted(Comparator.comparingInt(RuleProblems::index))
                .iterator();
        return problems.stream()
                .map(problem -> index(problem) >= 0 ? ofRules.next() : problem)
                .toList();
    }

    /** What is said of a property, or of something below it. */
    private static Optional<Setting> setting(String property, Map<String, Setting> settings) {
        return settings.entrySet().stream()
                .filter(entry -> entry.getKey().equals(property)
                        || entry.getKey().startsWith(property + ".")
                        || entry.getKey().startsWith(property + "["))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static int index(Problem problem) {
        Matcher matcher = OF_RULE.matcher(problem.property());
        return matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
