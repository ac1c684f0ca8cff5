package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The state of every policy that has states, as a detail of the application's health.
 *
 * <p>An open breaker or an overflowing limiter is no reason to take the application out of service: the policy does its
 * duty, and the next instance would be no better off. So it is up, unless somebody chose the states in which it is not; only policies
 * that are enforced count then.
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
        boolean isDown = false;
        for (PolicyKind<?, ?> kind : registry.kinds()) {
            for (PolicyInstance<?, ?> instance : registry.all(kind.id()).values()) {
                String state =
                        kind.states().isEmpty() ? null : instance.snapshot().state();
                if (state != null) {
                    states.computeIfAbsent(kind.id(), any -> new LinkedHashMap<>())
                            .put(instance.name(), state);
                    isDown |= instance.mode() == PolicyInstance.Mode.ENFORCED && down.contains(state);
                }
            }
        }
        return Health.status(isDown ? Status.DOWN : Status.UP)
                .withDetails(states)
                .build();
    }
}
