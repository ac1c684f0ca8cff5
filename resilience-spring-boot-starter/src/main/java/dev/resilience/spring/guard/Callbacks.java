package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Set;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/** Methods that the container calls and nobody else. An annotation on their class doesn't mean them. */
final class Callbacks {

    private static final Set<String> ANNOTATIONS =
            Set.of("jakarta.annotation.PostConstruct", "jakarta.annotation.PreDestroy");
    private static final Set<Class<?>> INTERFACES =
            Set.of(InitializingBean.class, DisposableBean.class, AutoCloseable.class, Aware.class);

    private Callbacks() {}

    static boolean isOne(Method method) {
        return isAnnotated(method) || isDeclaredByCallback(method);
    }

    private static boolean isAnnotated(Method method) {
        MergedAnnotations annotations = MergedAnnotations.from(method);
        return ANNOTATIONS.stream().anyMatch(annotations::isPresent);
    }

    private static boolean isDeclaredByCallback(Method method) {
        Class<?> owner = method.getDeclaringClass();
        return ClassUtils.getAllInterfacesForClassAsSet(owner).stream()
                .filter(type -> INTERFACES.stream().anyMatch(callback -> callback.isAssignableFrom(type)))
                .anyMatch(type -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
    }
}
