package dev.resilience.spring.config;

import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import java.util.List;
import java.util.Map;

/** A kind that is nothing but its configuration. */
record BareKind<C extends Record>(String id, Class<C> configurationType) implements PolicyKind<C, C> {

    @Override
    public String singular() {
        return id;
    }

    @Override
    public C create(String name, C configuration, PolicyContext context) {
        return configuration;
    }

    @Override
    public void reconfigure(C instance, C configuration) {}

    @Override
    public List<Place> places(C instance) {
        return List.of();
    }

    @Override
    public Snapshot snapshot(C instance) {
        return Snapshot.of(Map.of());
    }
}
