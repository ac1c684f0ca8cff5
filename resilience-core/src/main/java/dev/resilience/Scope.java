package dev.resilience;

import java.util.List;
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

    /**
     * Says that this call works on that, until it says {@link #worked}. A policy that says so when it is asked, and answers
     * that the rest of the pipeline shall run detached, says so for that run: the call itself goes on without it.
     */
    void working(Object task);

    /** Says that this call doesn't work on that any more, by identity. */
    void worked(Object task);

    /** What this call and the guarded calls around it work on, the innermost and newest first. */
    List<Object> work();
}
