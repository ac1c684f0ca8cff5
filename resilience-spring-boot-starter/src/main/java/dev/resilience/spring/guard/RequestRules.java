package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.config.HttpRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts the rules for requests together: says which rate limiters they use, and what is wrong with any of them. */
final class RequestRules {

    private final List<HttpRule> rules;
    private final Catalog catalog;
    private final Policies policies;
    private final KeyExpressions expressions;
    private final RuleCompiler compiler;
    private final Findings findings;

    RequestRules(
            List<HttpRule> rules, Catalog catalog, Policies policies, KeyExpressions expressions, Findings findings) {
        this.rules = rules;
        this.catalog = catalog;
        this.policies = policies;
        this.expressions = expressions;
        this.compiler = new RuleCompiler(expressions);
        this.findings = findings;
    }

    /** Says which limiters the rules use, once the annotations have said which there are. */
    void declare(List<Problem> problems) {
        for (HttpRule rule : rules) {
            if (rule.ownsRateLimiter() || catalog.names(limiters().id()).contains(rule.rateLimiter())) {
                policies.declare(use(rule));
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

    /** Whether what is asked of requests is read from Reactor's context. */
    boolean readContext() {
        return expressions.readContext();
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
        Optional<RequestRule> assembled =
                policies.instance(use(rule), found).map(instance -> compile(rule, instance, found));
        found.forEach(problem -> problems.add(RuleProblems.placed(problem, rule)));
        return found.isEmpty() ? assembled : Optional.empty();
    }

    private RequestRule compile(HttpRule rule, PolicyInstance<?, ?> instance, List<Problem> problems) {
        List<Problem> found = new ArrayList<>();
        RequestRule compiled = compiler.compile(rule, instance, found);
        found.forEach(problem -> problems.add(RuleProblems.ofLimiter(problem, rule, instance.resolved())));
        return compiled;
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
