package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import dev.resilience.spring.ResilienceKeyResolver;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * Asks a {@link ResilienceKeyResolver} bean. The bean is fetched with the first call, since it may itself depend on
 * guarded beans.
 */
final class ResolverExpression implements Expression {

    private final BeanFactory beans;
    private final String name;
    private final Method method;
    private volatile @Nullable ResilienceKeyResolver resolver;

    ResolverExpression(BeanFactory beans, String name, Method method) {
        this.beans = beans;
        this.name = name;
        this.method = method;
    }

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        return resolver().resolve(method, arguments);
    }

    /** Two first calls may both fetch it; they get the same bean. */
    private ResilienceKeyResolver resolver() {
        ResilienceKeyResolver known = resolver;
        if (known == null) {
            known = beans.getBean(name, ResilienceKeyResolver.class);
            resolver = known;
        }
        return known;
    }
}
