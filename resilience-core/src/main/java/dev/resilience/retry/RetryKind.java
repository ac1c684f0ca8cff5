package dev.resilience.retry;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import java.util.List;

/** The door plate of retries. */
public final class RetryKind implements PolicyKind<RetryConfiguration, RetryPolicy> {

    static final String ID = "retries";

    /** Says at the placement whether repeating the method does no harm; where it is false, nothing is retried. */
    static final String IDEMPOTENT = "idempotent";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "retry";
    }

    @Override
    public Class<RetryConfiguration> configurationType() {
        return RetryConfiguration.class;
    }

    @Override
    public RetryPolicy create(String name, RetryConfiguration configuration, PolicyContext context) {
        return new RetryPolicy(name, configuration, context);
    }

    @Override
    public void reconfigure(RetryPolicy instance, RetryConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(RetryPolicy instance) {
        return List.of(new Place(id(), Order.RETRY, instance));
    }

    @Override
    public Snapshot snapshot(RetryPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute(IDEMPOTENT, PlacementAttribute.Type.FLAG));
    }
}
