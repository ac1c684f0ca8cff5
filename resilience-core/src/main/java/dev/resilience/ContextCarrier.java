package dev.resilience;

/**
 * Carries the ThreadLocal context of the caller (logging, security, tracing) to the threads on which attempts, fallbacks
 * and continuations run. Thread-safe.
 */
@FunctionalInterface
public interface ContextCarrier {

    /** Carries nothing. */
    ContextCarrier NONE = () -> () -> () -> {};

    /** Takes the context of the current thread. */
    Captured capture();

    /** A context that was taken. */
    @FunctionalInterface
    interface Captured {

        /** Puts the context on the current thread until the answer is closed, on the same thread. */
        Restored restore();
    }

    /** The end of a restored context. */
    @FunctionalInterface
    interface Restored extends AutoCloseable {

        @Override
        void close();
    }
}
