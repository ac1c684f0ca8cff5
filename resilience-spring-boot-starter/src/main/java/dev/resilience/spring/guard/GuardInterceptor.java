package dev.resilience.spring.guard;

import dev.resilience.Body;
import dev.resilience.spring.guard.Ways.Way;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Takes an intercepted call to its guarded method.
 *
 * <p>Spring puts a chain of interceptors together for each method of a proxy, and {@link GuardAdvisor} gives an interceptor
 * of its own to each chain. So the last way is nearly always the way.
 */
final class GuardInterceptor implements MethodInterceptor {

    private final Ways ways;

    /** Threads may see an older one, which is as good or looked for again. */
    private @Nullable Way last;

    GuardInterceptor(Ways ways) {
        this.ways = ways;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        GuardedMethod guarded = way(invocation).guarded();
        return guarded == null
                ? invocation.proceed()
                : guarded.invoke(invocation.getArguments(), body(guarded, (ProxyMethodInvocation) invocation));
    }

    private Way way(MethodInvocation invocation) {
        Object target = invocation.getThis();
        Method method = invocation.getMethod();
        Class<?> type = target == null ? method.getDeclaringClass() : target.getClass();
        Way known = last;
        if (known != null && known.isOf(method, type)) {
            return known;
        }
        Way found = ways.of(method, type);
        last = found;
        return found;
    }

    private static Body body(GuardedMethod guarded, ProxyMethodInvocation invocation) {
        return new InvocationBody(invocation, guarded.mayInvokeAgain());
    }
}
