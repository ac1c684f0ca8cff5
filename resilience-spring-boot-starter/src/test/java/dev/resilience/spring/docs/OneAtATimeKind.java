package dev.resilience.spring.docs;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import java.util.List;
import java.util.Map;

/** An eighth kind, of which nothing generic knows. */
final class OneAtATimeKind implements PolicyKind<OneAtATimeKind.Configuration, OneAtATime> {

    static final String ID = "one-at-a-times";

    /** There is nothing to tell it. */
    record Configuration() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "one at a time";
    }

    @Override
    public Class<Configuration> configurationType() {
        return Configuration.class;
    }

    @Override
    public OneAtATime create(String name, Configuration configuration, PolicyContext context) {
        return new OneAtATime(name);
    }

    @Override
    public void reconfigure(OneAtATime instance, Configuration configuration) {
        // Nothing can change.
    }

    @Override
    public List<Place> places(OneAtATime instance) {
        return List.of(new Place(ID, Order.BULKHEAD, instance));
    }

    @Override
    public Snapshot snapshot(OneAtATime instance) {
        return Snapshot.of(Map.of());
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute("key", PlacementAttribute.Type.EXPRESSION));
    }
}
