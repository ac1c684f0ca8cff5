package dev.resilience.circuitbreaker;

import dev.resilience.KeyedState;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The door plate of the circuit breaker. */
public final class CircuitBreakerKind implements PolicyKind<CircuitBreakerConfiguration, CircuitBreakerPolicy> {

    static final String ID = "circuit-breakers";

    /** A few failures in a row speak for themselves where calls are rare. */
    private static final Map<String, Map<String, String>> PRESETS = Map.of(
            "email", Map.of("consecutive-failures", "3", "open-wait", "2m"),
            "redis", Map.of("consecutive-failures", "5", "open-wait", "30s"),
            "external-api", Map.of("consecutive-failures", "5", "open-wait", "60s"));

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "circuit breaker";
    }

    @Override
    public Class<CircuitBreakerConfiguration> configurationType() {
        return CircuitBreakerConfiguration.class;
    }

    @Override
    public CircuitBreakerPolicy create(String name, CircuitBreakerConfiguration configuration, PolicyContext context) {
        return new CircuitBreakerPolicy(name, configuration, context);
    }

    @Override
    public void reconfigure(CircuitBreakerPolicy instance, CircuitBreakerConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(CircuitBreakerPolicy instance) {
        return List.of(new Place(ID, Order.CIRCUIT_BREAKER, instance));
    }

    @Override
    public Snapshot snapshot(CircuitBreakerPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<String> states() {
        return Arrays.stream(CircuitBreakerState.values()).map(Enum::name).toList();
    }

    @Override
    public Optional<KeyedState> keyed(CircuitBreakerPolicy instance) {
        return Optional.of(instance.keys());
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute("key", Type.EXPRESSION));
    }

    @Override
    public Map<String, Map<String, String>> presets() {
        return PRESETS;
    }
}
