package dev.resilience.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Tells values that are failures all the same, such as the status of an answer, where a limit is about failures or
 * successes only. It belongs to the placement of a limiter, under {@link #ATTRIBUTE}. Thread-safe.
 */
@FunctionalInterface
public interface FailedValues {

    /** The name of the placement attribute. */
    String ATTRIBUTE = "failed-values";

    /** Whether a call that gave this value has failed. */
    boolean include(@Nullable Object value);
}
