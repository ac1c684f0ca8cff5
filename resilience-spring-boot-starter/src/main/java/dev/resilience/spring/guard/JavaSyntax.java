package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.core.ResolvableType;

/** Writes types and methods as a programmer would, with simple names, for messages. */
final class JavaSyntax {

    private JavaSyntax() {}

    /** {@code Mono<Quote>} */
    static String type(ResolvableType type) {
        if (type.isArray()) {
            return type(type.getComponentType()) + "[]";
        }
        Class<?> raw = type.resolve(Object.class);
        String arguments =
                Arrays.stream(type.getGenerics()).map(JavaSyntax::type).collect(Collectors.joining(", "));
        return raw.getSimpleName() + (type.hasGenerics() ? "<" + arguments + ">" : "");
    }

    /** {@code Quote quote(String id)} */
    static String signature(ResolvableType result, String name, List<ResolvableType> types, List<String> names) {
        String parameters = IntStream.range(0, types.size())
                .mapToObj(at -> type(types.get(at)) + " " + names.get(at))
                .collect(Collectors.joining(", "));
        return type(result) + " " + name + "(" + parameters + ")";
    }

    /** {@code QuoteService#quote(String)} */
    static String reference(Method method) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        return method.getDeclaringClass().getSimpleName() + "#" + method.getName() + "(" + parameters + ")";
    }
}
