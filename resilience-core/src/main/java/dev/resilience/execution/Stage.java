package dev.resilience.execution;

import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance;
import dev.resilience.Tally;

/**
 * One policy in one pipeline. Immutable; fields instead of accessors would gain nothing, but what the success path reads
 * is resolved here once.
 *
 * @param instance the shared instance
 * @param place the name of the place in {@code order}
 * @param policy what is asked
 * @param placement what belongs to the policy on this method
 */
public record Stage(PolicyInstance<?, ?> instance, String place, Policy policy, Placement placement) {

    Tally tally() {
        return instance.tally();
    }

    String kind() {
        return instance.kind().id();
    }

    String name() {
        return instance.name();
    }
}
