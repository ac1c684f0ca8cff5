package dev.resilience.fallback;

import dev.resilience.CallRejectedException;
import dev.resilience.failure.Coverable;
import dev.resilience.failure.ThrowableMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Which failures a fallback covers up: exceptions, never an {@code Error} nor an interrupt. A refusal that blames the
 * caller must reach him, also as a nested cause, so {@code on} has to name its class; naming a supertype doesn't do.
 */
final class Coverage {

    private final ThrowableMatcher on;
    private final ThrowableMatcher never;

    Coverage(FallbackConfiguration configuration) {
        this.on = new ThrowableMatcher(configuration.on());
        this.never = new ThrowableMatcher(configuration.never());
    }

    boolean covers(@Nullable Throwable failure) {
        if (failure == null || !Coverable.isOne(failure) || never.visiblyMatches(failure)) {
            return false;
        }
        CallRejectedException refusal = Coverable.refusalOfTheCaller(failure);
        if (refusal != null) {
            return on.names(refusal.getClass());
        }
        return on.isEmpty() || on.visiblyMatches(failure);
    }
}
