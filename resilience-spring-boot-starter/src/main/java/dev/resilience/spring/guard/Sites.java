package dev.resilience.spring.guard;

import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods each policy is on, because some policies may not be on just any of them together. */
final class Sites {

    private record Policy(PolicyKind<?, ?> kind, String name) {}

    private final Map<Policy, Map<String, Site>> sites = new LinkedHashMap<>();

    void add(Use use, Site site) {
        sites.computeIfAbsent(new Policy(use.kind(), use.name()), any -> new LinkedHashMap<>())
                .put(site.operation(), site);
    }

    List<Problem> contradictions() {
        List<Problem> problems = new ArrayList<>();
        sites.forEach(
                (policy, placed) -> policy.kind().contradictions(policy.name(), List.copyOf(placed.values())).stream()
                        .map(problem ->
                                problem.under(PropertyName.of(policy.kind().id(), policy.name())))
                        .forEach(problems::add));
        return problems;
    }
}
