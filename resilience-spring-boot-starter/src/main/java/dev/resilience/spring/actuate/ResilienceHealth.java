package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.PolicyRegistry;
import dev.resilience.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The state of every policy that has states, as a detail of the application's health, and what needs attention in it.
 *
 * <p>An open breaker or an overflowing limiter is no reason to take the application out of service: the policy does its
 * duty, and the next instance would be no better off. So it is up, unless somebody chose the states in which it is not;
 * only policies that are enforced count then.
 */
public final class ResilienceHealth implements HealthIndicator {

    private final PolicyRegistry registry;
    private final Set<String> down;

    /** @param down the states in which a policy takes the application down; most often none */
    public ResilienceHealth(PolicyRegistry registry, Collection<String> down) {
        this.registry = registry;
        this.down = Set.copyOf(down);
    }

    @Override
    public Health health() {
        Map<String, Map<String, String>> states = new LinkedHashMap<>();
        Map<String, String> attention = new LinkedHashMap<>();
        Status status = Status.UP;
        for (PolicyInstance<?, ?> instance : withStates()) {
            Snapshot now = instance.snapshot();
            if (now.state() != null) {
                states.computeIfAbsent(instance.kind().id(), any -> new LinkedHashMap<>())
                        .put(instance.name(), now.state());
                status = isDown(instance, now.state()) ? Status.DOWN : status;
            }
            if (now.details().get(Snapshot.ATTENTION) instanceof String told) {
                attention.put(instance.toString(), told);
            }
        }
        Health.Builder health = Health.status(status).withDetails(states);
        return attention.isEmpty()
                ? health.build()
                : health.withDetail(Snapshot.ATTENTION, attention).build();
    }

    private List<PolicyInstance<?, ?>> withStates() {
        List<PolicyInstance<?, ?>> instances = new ArrayList<>();
        registry.kinds().stream()
                .filter(kind -> !kind.states().isEmpty())
                .forEach(kind -> instances.addAll(registry.all(kind.id()).values()));
        return instances;
    }

    private boolean isDown(PolicyInstance<?, ?> instance, String state) {
        return instance.mode() == Mode.ENFORCED && down.contains(state);
    }
}
