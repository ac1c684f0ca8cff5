package dev.resilience.spring.guard;

import dev.resilience.Body;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;

/** Takes an intercepted call to its guarded method. All it does for one is to look that up. */
final class GuardInterceptor implements MethodInterceptor {

    private final Supplier<Guards> guards;
    private final ConcurrentMap<Method, Route> routes = new ConcurrentHashMap<>();

    GuardInterceptor(Supplier<Guards> guards) {
        this.guards = guards;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Method method = invocation.getMethod();
        Class<?> type = target == null ? method.getDeclaringClass() : target.getClass();
        Route route = routes.get(method);
        while (route != null && route.type != type) {
            route = route.next;
        }
        GuardedMethod guarded = route == null ? resolve(method, type) : route.guarded;
        return guarded == null
                ? invocation.proceed()
                : guarded.invoke(invocation.getArguments(), body(guarded, (ProxyMethodInvocation) invocation));
    }

    private static Body body(GuardedMethod guarded, ProxyMethodInvocation invocation) {
        return new InvocationBody(invocation, guarded.mayInvokeAgain());
    }

    private @Nullable GuardedMethod resolve(Method method, Class<?> type) {
        Guards known = guards.get();
        GuardedMethod guarded = known.enabled() ? known.find(AopUtils.getMostSpecificMethod(method, type), type) : null;
        routes.merge(method, new Route(type, guarded, null), (before, added) -> new Route(type, guarded, before));
        return guarded;
    }

    /** The way of one method; it may be inherited by several classes. */
    private record Route(
            Class<?> type,
            @Nullable GuardedMethod guarded,
            @Nullable Route next) {}
}
