package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.springframework.util.ClassUtils;

/** What is asked about methods in more than one place. */
final class Methods {

    private Methods() {}

    /** Whether the type declares or inherits a method of this signature. */
    static boolean has(Class<?> type, Method method) {
        return ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes());
    }

    /** Whether both have one signature. */
    static boolean isSame(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    /** Whether a proxy could ever stand in front of this method; final ones are told apart later, by the kind of proxy. */
    static boolean isGuardable(Method method) {
        return !Modifier.isStatic(method.getModifiers())
                && !Modifier.isPrivate(method.getModifiers())
                && !method.isSynthetic()
                && method.getDeclaringClass() != Object.class;
    }
}
