package dev.resilience.spring.web;

import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.guard.RequestRule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Finds the rules that are about a request. All of them hold, so the limiters of those that hold together are one
 * pipeline, made when the first such request comes: what one of them refuses, none is charged for. Requests don't choose
 * how many pipelines there are: the rules do. Thread-safe.
 *
 * @param <T> what a pipeline is used through; made with it, once
 */
public final class RuleMatcher<T> {

    private final List<Rule> rules;
    private final ExecutionRuntime runtime;
    private final Function<Pipeline, T> use;
    private final ConcurrentMap<BitSet, T> matched = new ConcurrentHashMap<>();

    private RuleMatcher(List<Rule> rules, ExecutionRuntime runtime, Function<Pipeline, T> use) {
        this.rules = rules;
        this.runtime = runtime;
        this.use = use;
    }

    /**
     * A matcher for these rules, of which it takes those of one phase.
     *
     * @param parser reads patterns as those of the application's handlers are read, with or without case
     * @param use how a pipeline of limiters is used; what it guards gives the status of the answer
     */
    public static <T> RuleMatcher<T> of(
            List<RequestRule> rules,
            boolean beforeLogin,
            PathPatternParser parser,
            ExecutionRuntime runtime,
            Function<Pipeline, T> use) {
        return new RuleMatcher<>(
                rules.stream()
                        .filter(rule -> rule.beforeLogin() == beforeLogin)
                        .map(rule -> new Rule(parser.parse(rule.path()), rule))
                        .toList(),
                runtime,
                use);
    }

    /**
     * What the rules about a request are used through; null if there are none.
     *
     * @param paths what the path may mean; a rule about one of them is about the request. Not asked where there are no rules
     * @param preflight whether a browser asks for leave to send another request
     */
    public @Nullable T match(Supplier<Collection<PathContainer>> paths, String method, boolean preflight) {
        return rules.isEmpty() ? null : match(paths.get(), method, preflight);
    }

    private @Nullable T match(Collection<PathContainer> paths, String method, boolean preflight) {
        BitSet matching = null;
        for (int at = 0; at < rules.size(); at++) {
            if (rules.get(at).matches(paths, method, preflight)) {
                matching = matching == null ? new BitSet(rules.size()) : matching;
                matching.set(at);
            }
        }
        return matching == null ? null : matched.computeIfAbsent(matching, this::together);
    }

    private T together(BitSet matching) {
        List<RequestRule> together =
                matching.stream().mapToObj(at -> rules.get(at).rule()).toList();
        String operation = together.stream().map(RequestRule::name).collect(Collectors.joining(" + "));
        List<Placed> placed = new ArrayList<>();
        together.forEach(rule -> placed.add(rule.placed()));
        return use.apply(Pipeline.of(operation, placed, List.of(), runtime));
    }

    private record Rule(PathPattern path, RequestRule rule) {

        boolean matches(Collection<PathContainer> requested, String method, boolean preflight) {
            boolean meant =
                    rule.methods().isEmpty() ? !preflight : rule.methods().contains(method);
            return meant && requested.stream().anyMatch(path::matches);
        }
    }
}
