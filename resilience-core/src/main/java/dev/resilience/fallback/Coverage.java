package dev.resilience.fallback;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.Coverable;
import dev.resilience.failure.ThrowableMatcher;
import java.lang.reflect.Modifier;
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

    /** Whether something of this class may be covered. What can have causes may, for one of those. */
    boolean mayCover(Class<?> type, boolean blamesCaller) {
        if (never.matchesAll(type)) {
            return false;
        }
        if (blamesCaller) {
            return on.names(type);
        }
        return on.isEmpty() || on.matchesAll(type) || !isAlone(type);
    }

    /** Whether nothing is of a class below it, or is thrown with a cause. */
    private static boolean isAlone(Class<?> type) {
        boolean isOurs = CallRejectedException.class.isAssignableFrom(type) || type == CallTimedOutException.class;
        return isOurs && Modifier.isFinal(type.getModifiers());
    }
}
