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
     * <p>Asked once for every entry, on the caller's thread or at subscription, so it must not block.
     *
     * <p>A rule for requests asks with the method of a filter, and with the request, or the exchange, as the only argument.
     *
     * @param method the guarded method
     * @param arguments its arguments, not to be changed
     */
    @Nullable Object resolve(Method method, Object[] arguments);
}
