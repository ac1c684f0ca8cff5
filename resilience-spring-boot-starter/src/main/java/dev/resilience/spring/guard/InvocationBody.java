package dev.resilience.spring.guard;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * An intercepted call as a body.
 *
 * <p>An invocation can proceed once. What may be invoked again works on copies, each of which goes through the
 * interceptors further in, such as a transaction; what may not is spared the copy.
 */
final class InvocationBody implements BeanBody {

    private final ProxyMethodInvocation invocation;
    private final boolean again;

    InvocationBody(ProxyMethodInvocation invocation, boolean again) {
        this.invocation = invocation;
        this.again = again;
    }

    @Override
    public @Nullable Object invoke() throws Throwable {
        return again ? invocation.invocableClone().proceed() : invocation.proceed();
    }

    @Override
    public Object bean() {
        Object bean = invocation.getThis();
        Object inner = bean;
        while (inner != null) {
            bean = inner;
            inner = AopProxyUtils.getSingletonTarget(inner);
        }
        return bean == null ? invocation.getProxy() : bean;
    }
}
