package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Site;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.ratelimit.ChargeOn;
import dev.resilience.ratelimit.FailedValues;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.config.HttpRule;
import dev.resilience.spring.config.RuleKnobs.Verb;
import dev.resilience.spring.config.RulePhase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts the rules for requests together: each becomes a rate limiter with what it is asked about a request. */
final class RequestRules {

    /** What is known only after the log-in. */
    private static final Set<String> OF_CALLERS = Set.of("principal", "caller", "role");

    private static final Pattern OF_RULE = Pattern.compile("resilience\\.http\\.rules\\[(\\d{1,9})]");

    private static final Map<String, String> REMEDIES = Map.of(
            "overrides", "Write for example 'key: caller'",
            "tiers", "Write for example 'tier: role'");

    private final List<HttpRule> rules;
    private final Catalog catalog;
    private final Policies policies;
    private final KeyExpressions expressions;
    private final Findings findings;

    RequestRules(
            List<HttpRule> rules, Catalog catalog, Policies policies, KeyExpressions expressions, Findings findings) {
        this.rules = rules;
        this.catalog = catalog;
        this.policies = policies;
        this.expressions = expressions;
        this.findings = findings;
    }

    /** Says which limiters the rules use, once the annotations have said which there are. */
    void declare(List<Problem> problems) {
        for (HttpRule rule : rules) {
            if (rule.ownsRateLimiter() || catalog.names(limiters().id()).contains(rule.rateLimiter())) {
                policies.declare(use(rule), problems);
            } else {
                problems.add(missing(rule));
            }
        }
        if (!rules.isEmpty() && !expressions.knowRequests()) {
            findings.add(Finding.warning(
                    "rules-without-requests",
                    "resilience.http.rules",
                    "The application serves no requests, so its rules for requests never apply.",
                    "Remove them, or let it be a web application."));
        }
    }

    /** The rules, ready to be matched; what is wrong with any is added to the problems. */
    List<RequestRule> assemble(List<Problem> problems) {
        return expressions.knowRequests()
                ? rules.stream()
                        .flatMap(rule -> assemble(rule, problems).stream())
                        .toList()
                : List.of();
    }

    private Optional<RequestRule> assemble(HttpRule rule, List<Problem> problems) {
        List<Problem> found = new ArrayList<>();
        PathSyntax.flaw(rule.knobs().path()).ifPresent(found::add);
        Optional<RequestRule> assembled = policies.instance(use(rule), found).map(instance -> {
            RequestRule made = assemble(rule, instance, texts(rule, instance.resolved()), found);
            found.replaceAll(problem -> ofLimiter(problem, rule, instance.resolved()));
            return made;
        });
        found.forEach(problem -> problems.add(placed(problem, rule)));
        return found.isEmpty() ? assembled : Optional.empty();
    }

    private RequestRule assemble(
            HttpRule rule, PolicyInstance<?, ?> instance, Map<String, List<String>> texts, List<Problem> problems) {
        problems.addAll(misplacements(instance.resolved(), texts, rule));
        Map<String, Object> attributes = new LinkedHashMap<>();
        texts.forEach((attribute, text) -> compile(attribute, String.join(", ", text), problems)
                .ifPresent(expression -> attributes.put(attribute, expression)));
        unusedStatuses(rule, instance).ifPresent(problems::add);
        Set<Integer> failures = Set.copyOf(rule.knobs().failureStatuses());
        attributes.put(FailedValues.ATTRIBUTE, (FailedValues) value -> value != null && failures.contains(value));
        return new RequestRule(
                rule.name(),
                rule.knobs().path(),
                methods(rule),
                isBeforeLogin(rule, texts, problems),
                new Placed(instance, Placement.of(attributes)),
                failures,
                written(rule, texts));
    }

    private static Map<String, String> written(HttpRule rule, Map<String, List<String>> texts) {
        Map<String, String> written = new LinkedHashMap<>();
        written.put("path", rule.knobs().path());
        if (!rule.knobs().methods().isEmpty()) {
            written.put(
                    "methods", rule.knobs().methods().stream().map(Verb::name).collect(Collectors.joining(", ")));
        }
        texts.forEach((attribute, text) -> written.put(attribute, String.join(", ", text)));
        return written;
    }

    private static <C extends Record> List<Problem> misplacements(
            ResolvedPolicy<C> policy, Map<String, List<String>> texts, HttpRule rule) {
        Site site = new Site(rule.name(), CallShape.BLOCKING, Void.class, texts);
        return policy.kind().misplacements(policy.configuration(), site).stream()
                .map(problem -> new Problem(
                        problem.property(),
                        problem.value(),
                        problem.origin(),
                        problem.reason(),
                        REMEDIES.getOrDefault(problem.property(), problem.remedy())))
                .toList();
    }

    /** Whoever tells what failures are expects that something depends on it. */
    private static Optional<Problem> unusedStatuses(HttpRule rule, PolicyInstance<?, ?> instance) {
        boolean used = instance.configuration() instanceof RateLimiterConfiguration limiter
                && limiter.chargeOn() != ChargeOn.CALL;
        return used || rule.knobs().hasUsualFailures()
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

    private static boolean isBeforeLogin(HttpRule rule, Map<String, List<String>> texts, List<Problem> problems) {
        RulePhase phase = rule.knobs().phase();
        for (Map.Entry<String, List<String>> text : texts.entrySet()) {
            String written = String.join(", ", text.getValue()).strip();
            boolean asksForCaller = OF_CALLERS.contains(written);
            if (asksForCaller && phase == RulePhase.BEFORE_LOGIN) {
                problems.add(new Problem(
                        text.getKey(),
                        written,
                        rule.origin(),
                        "is known only after the log-in, and the rule says 'phase: before-login'",
                        "Remove 'phase', or write 'ip', 'header:NAME' or '@bean'"));
            }
            if (phase == null && (asksForCaller || written.startsWith("@"))) {
                return false;
            }
        }
        return phase != RulePhase.AFTER_LOGIN;
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

    private Problem missing(HttpRule rule) {
        Set<String> known = catalog.names(limiters().id());
        return new Problem(
                rule.property() + ".rate-limiter",
                rule.rateLimiter(),
                rule.origin(),
                "there is no rate limiter '" + rule.rateLimiter() + "'",
                NearestName.of(rule.rateLimiter(), known)
                        .map(near -> "Did you mean '" + near + "'?")
                        .orElse("Give the rule limits of its own, for example 'limits: 10/1m', or configure resilience."
                                + limiters().id() + "." + rule.rateLimiter()));
    }

    /** What stands below a limiter that others use as well is told there, with the rule that doesn't agree with it. */
    private static Problem ofLimiter(Problem problem, HttpRule rule, ResolvedPolicy<?> limiter) {
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

    /** What is said of a property, or of something below it. */
    private static Optional<Setting> setting(String property, Map<String, Setting> settings) {
        return settings.entrySet().stream()
                .filter(entry -> entry.getKey().equals(property)
                        || entry.getKey().startsWith(property + ".")
                        || entry.getKey().startsWith(property + "["))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The problems, those of rules in the order of the rules. */
    static List<Problem> inOrder(List<Problem> problems) {
        Iterator<Problem> ofRules = problems.stream()
                .filter(problem -> index(problem) >= 0)
                .sorted(Comparator.comparingInt(RequestRules::index))
                .iterator();
        return problems.stream()
                .map(problem -> index(problem) >= 0 ? ofRules.next() : problem)
                .toList();
    }

    private static int index(Problem problem) {
        Matcher matcher = OF_RULE.matcher(problem.property());
        return matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private static Problem placed(Problem problem, HttpRule rule) {
        if (problem.property().startsWith("resilience.")) {
            return problem;
        }
        Setting said = rule.settings().get(problem.property());
        Problem full = problem.under(rule.property());
        return full.origin() != null ? full : full.at(said == null ? rule.origin() : said.origin());
    }

    private Use use(HttpRule rule) {
        return new Use(limiters(), rule.rateLimiter(), true, Map.of(), rule.origin());
    }

    /** Rules are read only where the kind is there. */
    private PolicyKind<?, ?> limiters() {
        return catalog.kinds().stream()
                .filter(RateLimiterKind.class::isInstance)
                .findFirst()
                .orElseThrow();
    }
}
