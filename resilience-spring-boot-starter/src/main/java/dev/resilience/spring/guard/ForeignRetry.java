package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/**
 * Finds methods that another library retries besides ours: its retries are outside of all our guards, and the attempts
 * multiply. The annotations are known by name, so that none of their libraries is needed.
 */
final class ForeignRetry {

    private static final Map<String, String> FOREIGN = Map.of(
            "org.springframework.resilience.annotation.Retryable", "Spring Framework",
            "org.springframework.retry.annotation.Retryable", "Spring Retry");

    private final Predicate<Method> guarded;

    /** @param guarded whether a method carries the annotation of ours that doesn't go with another library's retry */
    ForeignRetry(Predicate<Method> guarded) {
        this.guarded = guarded;
    }

    List<Finding> of(Class<?> beanClass) {
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(beanClass))
                .filter(method -> !method.isSynthetic() && guarded.test(method))
                .flatMap(method -> retriers(method, beanClass).map(retrier -> finding(method, retrier)))
                .toList();
    }

    private static Stream<String> retriers(Method method, Class<?> beanClass) {
        MergedAnnotations onMethod = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
        MergedAnnotations onClass = MergedAnnotations.from(beanClass, SearchStrategy.TYPE_HIERARCHY);
        return FOREIGN.entrySet().stream()
                .filter(foreign -> onMethod.isPresent(foreign.getKey()) || onClass.isPresent(foreign.getKey()))
                .map(Map.Entry::getValue);
    }

    private static Finding finding(Method method, String retrier) {
        return Finding.warning(
                "foreign-retry",
                JavaSyntax.reference(method),
                "is retried by " + retrier + " as well, which asks all guards again with every attempt of its own.",
                "Keep one @Retryable: ours knows breakers, limits and deadlines.");
    }
}
