package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.bulkhead.BulkheadConfiguration;
import dev.resilience.configuration.PropertyName;
import dev.resilience.spring.guard.HeaderOverrides.Spot;
import java.util.Collection;
import java.util.List;

/**
 * Finds bulkheads whose calls have priorities and which treat them all alike: nobody waits in line there, and of so few
 * seats none is kept for the more important. No warning, because guarded calls inside inherit the priority.
 */
final class KeptSeats {

    private KeptSeats() {}

    static List<Finding> in(Collection<Spot> everywhere) {
        return everywhere.stream()
                .filter(spot -> spot.placement().priority() != null)
                .map(Spot::policy)
                .filter(policy -> policy.configuration() instanceof BulkheadConfiguration seats && keepsNone(seats))
                .distinct()
                .map(KeptSeats::finding)
                .toList();
    }

    private static boolean keepsNone(BulkheadConfiguration seats) {
        double forAnybody = Math.ceil(seats.maxConcurrent() * seats.lowPriorityShare() / 100);
        return seats.maxWaiting() == 0 && forAnybody >= seats.maxConcurrent();
    }

    private static Finding finding(PolicyInstance<?, ?> policy) {
        return new Finding(
                Finding.Level.INFO,
                "no-kept-seats",
                PropertyName.of(policy.kind().id(), policy.name()) + ".priority",
                "Nobody waits in line for the bulkhead '" + policy.name()
                        + "', and it has too few seats to keep any for more important calls: all are treated alike.",
                "Lower low-priority-share, or set max-wait, unless the priority is meant for guarded calls inside.");
    }
}
