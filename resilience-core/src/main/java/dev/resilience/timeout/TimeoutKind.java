package dev.resilience.timeout;

import dev.resilience.CallShape;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Optional;

/** The timeouts: no other pattern takes two places in a pipeline. */
public final class TimeoutKind implements PolicyKind<TimeoutConfiguration, Timeout> {

    static final String ID = "timeouts";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "timeout";
    }

    @Override
    public Class<TimeoutConfiguration> configurationType() {
        return TimeoutConfiguration.class;
    }

    @Override
    public Timeout create(String name, TimeoutConfiguration configuration, PolicyContext context) {
        return new Timeout(name, configuration);
    }

    @Override
    public void reconfigure(Timeout instance, TimeoutConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(Timeout instance) {
        return instance.places();
    }

    @Override
    public Snapshot snapshot(Timeout instance) {
        return instance.snapshot();
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute("value", PlacementAttribute.Type.VALUE));
    }

    /** A publisher has no caller who waits, and its work is cancelled when the time is over. */
    @Override
    public List<Problem> misplacements(TimeoutConfiguration configuration, Site site) {
        boolean publishes = site.shape() == CallShape.MONO || site.shape() == CallShape.FLUX;
        if (configuration.isolation() == Isolation.CALLER || !publishes) {
            return List.of();
        }
        return List.of(new Problem(
                "isolation",
                "thread",
                null,
                "does nothing for " + site.operation() + ", which gives a publisher: no caller waits for it",
                "Leave it out here; a publisher that blocks belongs on Schedulers.boundedElastic()"));
    }

    /** {@code @Timeout("2s")} is a time; what doesn't read as one is a name. */
    @Override
    public Optional<String> shorthand(String value) {
        try {
            Durations.parse(value);
            return Optional.of("timeout");
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    @Override
    public boolean hasUsefulDefaults() {
        return false;
    }
}
