package dev.resilience.spring.guard;

import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Others;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods each policy is on, because some policies may not be on just any of them together, or refer to others. */
final class Sites {

    private record Policy(PolicyKind<?, ?> kind, String name) {}

    private record Placed(Use use, Site site) {}

    private final Map<Policy, Map<String, Site>> sites = new LinkedHashMap<>();
    private final List<Placed> unchecked = new ArrayList<>();

    void add(Use use, Site site) {
        sites.computeIfAbsent(new Policy(use.kind(), use.name()), any -> new LinkedHashMap<>())
                .put(site.operation(), site);
        unchecked.add(new Placed(use, site));
    }

    /** The methods a policy is on by now. */
    List<Site> of(PolicyKind<?, ?> kind, String name) {
        return List.copyOf(sites.getOrDefault(new Policy(kind, name), Map.of()).values());
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

    /** What policies refer to and isn't there; each method is looked at once. */
    List<Problem> dangling(Others others) {
        List<Problem> problems = new ArrayList<>();
        for (Placed one : unchecked) {
            one.use().kind().dangling(one.use().name(), one.site(), others).stream()
                    .map(problem -> Placements.placed(problem, one.use(), Map.of()))
                    .forEach(problems::add);
        }
        unchecked.clear();
        return problems;
    }
}
