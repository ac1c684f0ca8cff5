package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.aopalliance.aop.Advice;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * The one advisor: stands in front of every guarded method, whatever guards it.
 *
 * <p>Its order is inside method security, whose last interceptor is at 600, so that a cached result doesn't skip a check;
 * and outside transactions and caching, which come last by default, so that every attempt has a transaction of its own.
 */
public final class GuardAdvisor extends DefaultPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    /** Where it stands among other advisors. */
    public static final int ORDER = 1000;

    private final transient Ways ways;

    /**
     * An advisor for the methods these annotations guard.
     *
     * @param guards asked when a class is met that has such methods, or a method is called; not before
     */
    public GuardAdvisor(GuardedBeans beans, Supplier<Guards> guards) {
        this(beans, new Ways(guards));
    }

    private GuardAdvisor(GuardedBeans beans, Ways ways) {
        super(new GuardedMethods(beans), new GuardInterceptor(ways));
        this.ways = ways;
        setOrder(ORDER);
    }

    /** A new one for each chain of interceptors, that is for each method of a proxy. */
    @Override
    public Advice getAdvice() {
        return new GuardInterceptor(ways);
    }

    /** Knows the guarded methods by their annotations alone. */
    private static final class GuardedMethods extends StaticMethodMatcherPointcut implements ClassFilter {
        private final GuardedBeans beans;

        private GuardedMethods(GuardedBeans beans) {
            this.beans = beans;
            setClassFilter(this);
        }

        @Override
        public boolean matches(Class<?> type) {
            return beans.guard(type);
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return beans.guard(AopUtils.getMostSpecificMethod(method, targetClass), targetClass);
        }
    }
}
