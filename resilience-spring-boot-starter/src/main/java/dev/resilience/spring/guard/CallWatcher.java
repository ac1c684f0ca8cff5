package dev.resilience.spring.guard;

import org.jspecify.annotations.Nullable;

/** Watches the calls of a method, on the threads of its callers. Thread-safe; does little, and throws nothing. */
@FunctionalInterface
public interface CallWatcher {

    /** A call begins. @param arguments as policies see them, in an array that no other call has */
    void begins(Object[] arguments);

    /** The same call returns this, or null if it throws something. */
    default void returns(Object[] arguments, @Nullable Object result) {}
}
