package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;

/** Finds methods that another library retries as well. Signature only so far. */
final class ForeignRetry {

    ForeignRetry(Predicate<Method> retried) {}

    List<Finding> of(Class<?> beanClass) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
