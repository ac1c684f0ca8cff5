package dev.resilience;

import org.jspecify.annotations.Nullable;

/** Where a call is diverted to instead of its method: a fallback method, or a lambda. Thread-safe. */
@FunctionalInterface
public interface Target {

    /**
     * Gives the call's result in the shape of the guarded method: a plain value, a {@code CompletionStage}, or a
     * {@code Publisher}.
     *
     * @param arguments the arguments of the guarded method, not to be changed
     * @param failure what the call failed with, or null if it was diverted because of its value
     */
    @Nullable Object invoke(Object[] arguments, @Nullable Throwable failure) throws Throwable;

    /**
     * The same, for a target that has to know what it replaces, such as a method of the same bean. The interpreter asks in
     * this way.
     *
     * @param replaced the body that was to be invoked, or was
     */
    default @Nullable Object invoke(Body replaced, Object[] arguments, @Nullable Throwable failure) throws Throwable {
        return invoke(arguments, failure);
    }

    /** Whether it stands in for a call that failed with this, or whose value was bad if null; asked before it is invoked. */
    default boolean isFor(@Nullable Throwable failure) {
        return true;
    }
}
