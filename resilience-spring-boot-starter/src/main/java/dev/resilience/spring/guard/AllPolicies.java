package dev.resilience.spring.guard;

import dev.resilience.PolicyKind.Others;
import dev.resilience.PolicyKind.Site;
import dev.resilience.PolicyRegistry;
import java.util.List;
import java.util.Set;

/**
 * Every policy there is by now, and where. Of a policy that a pipeline of the configuration has as well nobody knows all
 * places: code may have that pipeline around anything.
 */
final class AllPolicies implements Others {

    private final PolicyRegistry registry;
    private final Sites sites;
    private final List<Use> inPipelines;

    AllPolicies(PolicyRegistry registry, Sites sites, List<Use> inPipelines) {
        this.registry = registry;
        this.sites = sites;
        this.inPipelines = inPipelines;
    }

    @Override
    public Set<String> names(String kind) {
        return registry.all(kind).keySet();
    }

    @Override
    public List<Site> sites(String kind, String name) {
        boolean elsewhere = inPipelines.stream()
                .anyMatch(use -> use.kind().id().equals(kind) && use.name().equals(name));
        return elsewhere ? List.of() : sites.of(registry.kind(kind), name);
    }
}
