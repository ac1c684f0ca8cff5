package dev.resilience;

import org.jspecify.annotations.Nullable;

/**
 * The ambience a guarded call shares with the guarded calls inside its method, on whatever thread they run.
 *
 * <p>A blocking call finds the scope around it on its thread, a publisher in its Reactor context. Thread-safe.
 */
public interface Scope {

    /** Tells the guards further out that a retry in here gave up on this failure or result: it is not retried further out. */
    void gaveUpOn(@Nullable Object outcome);

    /** Whether a retry inside this scope gave up on this very result or failure, or on one of the causes of the failure. */
    boolean gaveUp(@Nullable Object outcome);

    /** Says that work identified by the token is being done inside this scope, by this call. */
    void working(Object token);

    /** Whether a guarded call around this one is doing the work identified by the token (by identity). */
    boolean isWorking(Object token);
}
