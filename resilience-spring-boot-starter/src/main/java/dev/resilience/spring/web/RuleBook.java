package dev.resilience.spring.web;

import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.PolicyInstance;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.guard.RequestRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The rules for requests, and the pipelines of those that hold together. Thread-safe.
 *
 * <p>All rules that match a request apply. Those of one phase are one pipeline, so that a request that one of them
 * refuses is charged to none. Which sets of rules can match together only the requests know, so pipelines are made when a
 * set is first met, up to {@value #MOST_PIPELINES}; whatever callers send after that goes through pipelines of one rule
 * each, one inside the other.
 *
 * <p>A limiter that several rules name decides once about a request, for the first of them.
 */
public final class RuleBook {

    private static final int MOST_PIPELINES = 1_000;

    private final List<Entry> entries;
    private final ExecutionRuntime runtime;
    private final Map<List<RequestRule>, Pipeline> pipelines = new ConcurrentHashMap<>();

    private record Entry(RequestRule rule, PathPattern pattern) {

        boolean matches(String method, boolean preflight, Collection<PathContainer> paths) {
            Set<String> methods = rule.methods();
            boolean meant = methods.isEmpty() ? !preflight : methods.contains(method);
            return meant && paths.stream().anyMatch(pattern::matches);
        }
    }

    /** @param parser reads the patterns as the application's own are read, in lower case or not */
    public RuleBook(List<RequestRule> rules, PathPatternParser parser, ExecutionRuntime runtime) {
        this.entries = rules.stream()
                .map(rule -> new Entry(rule, parser.parse(rule.path())))
                .toList();
        this.runtime = runtime;
    }

    /** Whether there are no rules at all. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * The rules that a request meets.
     *
     * @param preflight whether it only asks, for a browser, what another site may do; rules for all methods leave that out
     * @param paths what the request may mean by its path; a rule for one of them applies
     */
    public List<RequestRule> matching(String method, boolean preflight, Collection<PathContainer> paths) {
        List<RequestRule> matching = new ArrayList<>();
        Set<PolicyInstance<?, ?>> limiters = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.matches(method, preflight, paths)
                    && limiters.add(entry.rule().placed().instance())) {
                matching.add(entry.rule());
            }
        }
        return matching;
    }

    /** The pipelines of rules that match together, to be gone through one after the other; none for no rules. */
    public List<Pipeline> pipelines(List<RequestRule> rules) {
        if (rules.isEmpty()) {
            return List.of();
        }
        Pipeline known = pipelines.get(rules);
        if (known != null) {
            return List.of(known);
        }
        return rules.size() == 1 || pipelines.size() < MOST_PIPELINES
                ? List.of(pipelines.computeIfAbsent(rules, this::pipeline))
                : rules.stream()
                        .flatMap(rule -> pipelines(List.of(rule)).stream())
                        .toList();
    }

    private Pipeline pipeline(List<RequestRule> rules) {
        String operation = rules.stream().map(RequestRule::name).collect(Collectors.joining(" + "));
        List<Placed> placed = rules.stream().map(RequestRule::placed).toList();
        return Pipeline.of(operation, placed, List.of(), runtime);
    }
}
