package dev.resilience.bulkhead;

import dev.resilience.KeyedState;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Optional;

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
        return new BulkheadPolicy(name, configuration, context);
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

    /** Empty as long as no call had a key. */
    @Override
    public Optional<KeyedState> keyed(BulkheadPolicy instance) {
        return instance.keys();
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(
                new PlacementAttribute("key", Type.EXPRESSION), new PlacementAttribute("priority", Type.EXPRESSION));
    }

    @Override
    public List<Problem> misplacements(BulkheadConfiguration configuration, Site site) {
        List<String> key = site.placement().getOrDefault("key", List.of());
        if (configuration.adaptive() == Adaptive.NONE || key.isEmpty() || configuration.key() != null) {
            return List.of();
        }
        return List.of(new Problem(
                "key",
                String.join(", ", key),
                null,
                "can't go with adaptive: too few calls of each key tell how many are too many",
                "Remove 'key', or write 'adaptive: none'"));
    }
}
