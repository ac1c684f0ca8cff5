package dev.resilience.spring.autoconfigure;

import dev.resilience.ContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

/** Carries every ThreadLocal that is registered for propagation: security, observation, and what the application adds. */
final class PropagatingCarrier implements ContextCarrier {

    private final ContextSnapshotFactory snapshots;

    PropagatingCarrier(ContextRegistry registry) {
        snapshots = ContextSnapshotFactory.builder()
                .contextRegistry(registry)
                .clearMissing(true)
                .build();
    }

    @Override
    public Captured capture() {
        ContextSnapshot snapshot = snapshots.captureAll();
        return () -> snapshot.setThreadLocals()::close;
    }
}
