package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/** Finds guarded methods that Spring runs on another thread. */
final class ForeignAsync {

    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

    private final Predicate<Method> guarded;

    ForeignAsync(Predicate<Method> guarded) {
        this.guarded = guarded;
    }

    List<Finding> of(Class<?> beanClass) {
        boolean onClass = isAsync(MergedAnnotations.from(beanClass, SearchStrategy.TYPE_HIERARCHY));
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(beanClass))
                .filter(method -> !method.isSynthetic() && guarded.test(method))
                .filter(method -> onClass || isAsync(MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY)))
                .map(ForeignAsync::finding)
                .toList();
    }

    private static boolean isAsync(MergedAnnotations annotations) {
        return annotations.isPresent(ASYNC);
    }

    private static Finding finding(Method method) {
        return new Finding(
                Finding.Level.INFO,
                "async-method",
                JavaSyntax.reference(method),
                "is handed to another thread by @Async before its guards are asked: a refusal reaches the caller through"
                        + " the future, and what its executor queues is not guarded.",
                "Bound the executor's queue too.");
    }
}
