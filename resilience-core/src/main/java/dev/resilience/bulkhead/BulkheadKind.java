package dev.resilience.bulkhead;

import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import java.util.List;

/** The door plate of the bulkhead. Its instance is opaque: everything there is to see is in the snapshot. */
public final class BulkheadKind implements PolicyKind<BulkheadConfiguration, BulkheadPolicy> {

    static final String ID = "bulkheads";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "bulkhead";
    }

    @Override
    public Class<BulkheadConfiguration> configurationType() {
        return BulkheadConfiguration.class;
    }

    @Override
    public BulkheadPolicy create(String name, BulkheadConfiguration configuration, PolicyContext context) {
        return new BulkheadPolicy(name, configuration);
    }

    @Override
    public void reconfigure(BulkheadPolicy instance, BulkheadConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(BulkheadPolicy instance) {
        return List.of(new Place(ID, Order.BULKHEAD, instance));
    }

    @Override
    public Snapshot snapshot(BulkheadPolicy instance) {
        return instance.snapshot();
    }
}
