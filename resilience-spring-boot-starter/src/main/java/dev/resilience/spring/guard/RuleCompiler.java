package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind.Site;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.failure.StatusRange;
import dev.resilience.ratelimit.ChargeOn;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.config.HttpRule;
import dev.resilience.spring.config.RuleKnobs.Verb;
import dev.resilience.spring.config.RulePhase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a rule for requests of what is written: a rate limiter, and what it is asked about a request. */
final class RuleCompiler {

    /** What nobody knows before the log-in. */
    private static final List<String> CALLERS = List.of("principal", "caller", "role");

    /** Guesses at passwords and tokens. */
    private static final List<StatusRange> USUAL_FAILURES =
            List.of(new StatusRange(401, 401), new StatusRange(403, 403));

    private static final Map<String, String> REMEDIES = Map.of(
            "overrides", "Write for example 'key: caller'",
            "tiers", "Write for example 'tier: role'");

    private final KeyExpressions expressions;

    RuleCompiler(KeyExpressions expressions) {
        this.expressions = expressions;
    }

    /** The rule, ready to be matched; what is wrong with it is added to the problems. */
    RequestRule compile(HttpRule rule, PolicyInstance<?, ?> instance, List<Problem> problems) {
        Map<String, List<String>> texts = texts(rule, instance.resolved());
        problems.addAll(misplacements(instance.resolved(), texts, rule));
        problems.addAll(tooEarly(rule, texts));
        unusedStatuses(rule, instance).ifPresent(problems::add);
        return new RequestRule(
                rule.name(),
                rule.knobs().path(),
                methods(rule),
                isBeforeLogin(rule, texts),
                new Placed(instance, placement(texts, failures(rule, instance), problems)),
                written(rule, texts));
    }

    /** What the rule says of them goes before what its limiter says. */
    private static List<StatusRange> failures(HttpRule rule, PolicyInstance<?, ?> instance) {
        if (!rule.knobs().failureStatuses().isEmpty()) {
            return rule.knobs().failureStatuses();
        }
        List<StatusRange> inherited = instance.configuration() instanceof RateLimiterConfiguration limiter
                ? limiter.failureStatuses()
                : List.of();
        return inherited.isEmpty() ? USUAL_FAILURES : inherited;
    }

    private Placement placement(Map<String, List<String>> texts, List<StatusRange> failures, List<Problem> problems) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        texts.forEach((attribute, text) -> compile(attribute, single(text), problems)
                .ifPresent(expression -> attributes.put(attribute, expression)));
        attributes.put(RateLimiterKind.OUTCOMES, answers(failures));
        return Placement.of(attributes);
    }

    /** The value of a request is the status it was answered with. */
    private static OutcomeRule answers(List<StatusRange> failures) {
        return (status, failure) -> {
            if (failure != null) {
                return null;
            }
            boolean failed =
                    status instanceof Integer known && failures.stream().anyMatch(range -> range.includes(known));
            return failed ? Judgement.FAILURE : Judgement.SUCCESS;
        };
    }

    private static Map<String, String> written(HttpRule rule, Map<String, List<String>> texts) {
        Map<String, String> written = new LinkedHashMap<>();
        written.put("path", rule.knobs().path());
        if (!rule.knobs().methods().isEmpty()) {
            written.put(
                    "methods", rule.knobs().methods().stream().map(Verb::name).collect(Collectors.joining(", ")));
        }
        texts.forEach((attribute, text) -> written.put(attribute, single(text)));
        return written;
    }

    private static <C extends Record> List<Problem> misplacements(
            ResolvedPolicy<C> policy, Map<String, List<String>> texts, HttpRule rule) {
        Site site = new Site(rule.name(), CallShape.BLOCKING, Void.class, texts);
        return policy.kind().misplacements(policy.configuration(), site).stream()
                .map(RuleCompiler::withoutArguments)
                .toList();
    }

    /** The remedies of a kind are for methods. */
    private static Problem withoutArguments(Problem problem) {
        String remedy = REMEDIES.getOrDefault(problem.property(), problem.remedy());
        return new Problem(problem.property(), problem.value(), problem.origin(), problem.reason(), remedy);
    }

    /** Whoever tells what failures are expects that something depends on it. */
    private static Optional<Problem> unusedStatuses(HttpRule rule, PolicyInstance<?, ?> instance) {
        boolean used = instance.configuration() instanceof RateLimiterConfiguration limiter
                && limiter.chargeOn() != ChargeOn.CALL;
        return used || rule.knobs().failureStatuses().isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        "failure-statuses",
                        null,
                        rule.origin(),
                        "has no effect while every request is charged",
                        "Write for example 'charge-on: failure'"));
    }

    private Optional<Expression> compile(String attribute, String text, List<Problem> problems) {
        try {
            return Optional.of(expressions.compileForRequests(attribute, text));
        } catch (ResilienceConfigurationException refused) {
            problems.addAll(refused.problems());
            return Optional.empty();
        }
    }

    /** Who answers GET answers HEAD as well, with the same work; a limit on one alone could be walked around. */
    private static Set<String> methods(HttpRule rule) {
        Set<String> methods = rule.knobs().methods().stream().map(Verb::name).collect(Collectors.toSet());
        if (methods.contains(Verb.GET.name())) {
            methods.add(Verb.HEAD.name());
        }
        return methods;
    }

    private static boolean isBeforeLogin(HttpRule rule, Map<String, List<String>> texts) {
        RulePhase phase = rule.knobs().phase();
        return phase == null
                ? texts.values().stream()
                        .noneMatch(text -> asksForCaller(text) || single(text).startsWith("@"))
                : phase == RulePhase.BEFORE_LOGIN;
    }

    private static List<Problem> tooEarly(HttpRule rule, Map<String, List<String>> texts) {
        List<Problem> problems = new ArrayList<>();
        texts.forEach((attribute, text) -> {
            if (rule.knobs().phase() == RulePhase.BEFORE_LOGIN && asksForCaller(text)) {
                problems.add(new Problem(
                        attribute,
                        single(text),
                        rule.origin(),
                        "is known only after the log-in, and the rule says 'phase: before-login'",
                        "Remove 'phase', or write 'ip', 'header:NAME' or '@resolverBean'"));
            }
        });
        return problems;
    }

    private static boolean asksForCaller(List<String> text) {
        return CALLERS.contains(single(text));
    }

    /** A list of a single attribute was one text with commas in it. */
    private static String single(List<String> texts) {
        return String.join(", ", texts).strip();
    }

    /** What the rule says goes before what the limiter says of itself: the rule is nearer to the request. */
    private static Map<String, List<String>> texts(HttpRule rule, ResolvedPolicy<?> policy) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (PlacementAttribute attribute : policy.kind().placementAttributes()) {
            Setting said = rule.settings().get(attribute.name());
            Setting setting = said == null ? policy.settings().get(attribute.name()) : said;
            if (setting != null) {
                texts.put(attribute.name(), setting.values());
            }
        }
        return texts;
    }
}
