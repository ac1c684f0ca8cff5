package dev.resilience.spring;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A bean that says what a call is counted under, for keys that no expression can tell: {@code key = "@tenants"} asks
 * the bean named {@code tenants}. Serves cost, tier and priority in the same way. Thread-safe.
 */
@FunctionalInterface
public interface ResilienceKeyResolver {

    /**
     * The key of a call, equal for equal callers; null puts the call into the shared bucket of the unknown.
     *
     * <p>On a plain method, or one that returns a {@code CompletionStage}, it is asked on the caller's thread, once for every
     * entry, so it must not block and gives the key itself. For a method that returns a publisher it is asked once per
     * subscription, before any policy is, and may give a {@code Mono} or a {@code CompletionStage} of the key; an empty
     * Mono is a null key. However often that call is retried, its key stays.
     *
     * <p>What it throws, or its Mono brings, fails the call, and nothing is charged.
     *
     * <p>A rule for requests asks with the method of a filter, and with the request, or the exchange, as the only argument.
     *
     * @param method the guarded method
     * @param arguments its arguments, not to be changed
     */
    @Nullable Object resolve(Method method, Object[] arguments);
}
