package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.ReflectionUtils;

/** What guarded methods are called: {@code QuoteService.quote}, and with parameter types where that isn't one method. */
final class Operations {

    private Operations() {}

    /** The name of a method of this class or interface. */
    static String name(Class<?> owner, Method method) {
        String plain = owner.getSimpleName() + "." + method.getName();
        return isOverloaded(owner, method.getName()) ? plain + parameters(method) : plain;
    }

    /** The declared methods of one name, seen from this class; bridges are no methods of their own. */
    private static boolean isOverloaded(Class<?> owner, String name) {
        Method[] methods = owner.isInterface() ? owner.getMethods() : ReflectionUtils.getUniqueDeclaredMethods(owner);
        Stream<Method> sameName = Arrays.stream(methods)
                .filter(method -> method.getName().equals(name))
                .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()));
        return sameName.map(Operations::parameters).distinct().count() > 1;
    }

    private static String parameters(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", "(", ")"));
    }
}
