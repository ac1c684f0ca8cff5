package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;

/** Finds guarded methods that no proxy can reach. Signature only so far. */
final class InertMethods {

    InertMethods(Predicate<Method> guarded) {}

    /**
     * @param beanClass the user's class
     * @param exposed the class of the object that other beans get: the proxy's
     */
    List<Finding> of(Class<?> beanClass, Class<?> exposed) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
