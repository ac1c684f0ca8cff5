package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Tells by the HTTP verb that a method maps to, as a controller or as a client, whether repeating it does harm (RFC 9110,
 * 9.2.2). By name, because neither has to be on the class path.
 */
final class HttpVerbs {

    private static final Set<String> NOT_IDEMPOTENT = Set.of("POST", "PATCH", "CONNECT");
    private static final String KEY = "idempotency-key";
    private static final String HEADER = "org.springframework.web.bind.annotation.RequestHeader";
    private static final Map<String, String> VERB_BY_MAPPING = Map.of(
            "org.springframework.web.bind.annotation.RequestMapping", "method",
            "org.springframework.web.service.annotation.HttpExchange", "method");

    private HttpVerbs() {}

    /** False where the method maps to an unsafe verb and carries no idempotency key; null where nobody can tell. */
    static @Nullable Boolean idempotent(Method method) {
        MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
        boolean unsafe = VERB_BY_MAPPING.entrySet().stream()
                .flatMap(mapping -> verbs(annotations, mapping.getKey(), mapping.getValue()))
                .anyMatch(NOT_IDEMPOTENT::contains);
        return unsafe && !carriesKey(method) ? Boolean.FALSE : null;
    }

    private static Stream<String> verbs(MergedAnnotations annotations, String mapping, String attribute) {
        return annotations.get(mapping).getValue(attribute).stream()
                .flatMap(value -> value instanceof Object[] several
                        ? Arrays.stream(several).map(Object::toString)
                        : Stream.of(value.toString()));
    }

    /** The annotations of parameters may be on the interface, which is where clients have them. */
    private static boolean carriesKey(Method method) {
        return Arrays.stream(new AnnotatedMethod(method).getMethodParameters())
                .map(parameter -> MergedAnnotations.from(parameter.getParameterAnnotations())
                        .get(HEADER))
                .anyMatch(
                        header -> header.isPresent() && header.getString("name").equalsIgnoreCase(KEY));
    }
}
