package dev.resilience.retry;

import dev.resilience.CallShape;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.ArrayList;
import java.util.List;

/** The door plate of retries. */
public final class RetryKind implements PolicyKind<RetryConfiguration, RetryPolicy> {

    static final String ID = "retries";

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

    /** Two streams can't race, and nobody wants to find out in an outage that nothing is hedged. */
    @Override
    public List<Problem> misplacements(RetryConfiguration configuration, Site site) {
        HedgeAfter hedgeAfter = configuration.hedgeAfter();
        if (hedgeAfter == null) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        if (site.shape() == CallShape.FLUX) {
            problems.add(new Problem(
                    "hedge-after",
                    hedgeAfter.toString(),
                    null,
                    "can't work for " + site.operation()
                            + ", which gives a stream: once that has begun, nothing of it can be taken back",
                    "Leave it out here, or gather the stream in a Mono"));
        }
        if (List.of("false").equals(site.placement().get(PlacementAttribute.IDEMPOTENT.name()))) {
            problems.add(new Problem(
                    "hedge-after",
                    hedgeAfter.toString(),
                    null,
                    "would do " + site.operation() + " twice at once, which must not be repeated",
                    "Say 'idempotent = true' if repeating does no harm, take an 'Idempotency-Key' header, or leave it"
                            + " out"));
        }
        return problems;
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(PlacementAttribute.IDEMPOTENT);
    }
}
