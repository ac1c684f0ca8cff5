package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Tells by the HTTP verb that a method maps to, as a controller or as a client, whether repeating it does harm (RFC 9110,
 * 9.2.2). By name, because neither has to be on the class path. A verb that isn't known to be idempotent isn't.
 */
final class HttpVerbs {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");
    private static final String KEY = "idempotency-key";
    private static final String HEADER = "org.springframework.web.bind.annotation.RequestHeader";
    private static final String MAPPING = "org.springframework.web.bind.annotation.RequestMapping";
    private static final String EXCHANGE = "org.springframework.web.service.annotation.HttpExchange";
    private static final String VERB = "org.springframework.http.HttpMethod";

    private HttpVerbs() {}

    /** False where the method maps to an unsafe verb and carries no idempotency key; null where nobody can tell. */
    static @Nullable Boolean idempotent(Method method) {
        boolean unsafe = servesUnsafeVerb(method) || sendsUnsafeVerb(method);
        return unsafe && !carriesKey(method) ? Boolean.FALSE : null;
    }

    /** Whether a handler of a controller answers requests that only read. */
    static boolean reads(Method method) {
        Set<String> verbs = served(method);
        return verbs.isEmpty() || verbs.contains("GET") || verbs.contains("HEAD");
    }

    private static boolean servesUnsafeVerb(Method method) {
        Set<String> verbs = served(method);
        return annotations(method).get(MAPPING).isPresent() && (verbs.isEmpty() || !IDEMPOTENT.containsAll(verbs));
    }

    /** A controller serves the verbs of its type and those of the method, and every verb where neither names one. */
    private static Set<String> served(Method method) {
        return Stream.concat(
                        verbs(annotations(method).get(MAPPING)),
                        verbs(annotationsOfType(method).get(MAPPING)))
                .collect(Collectors.toSet());
    }

    /** A client sends the verb of the method, or else that of its type, or else the one it is given in the call. */
    private static boolean sendsUnsafeVerb(Method method) {
        MergedAnnotation<?> exchange = annotations(method).get(EXCHANGE);
        if (!exchange.isPresent()) {
            return false;
        }
        return Stream.concat(verbs(exchange), verbs(annotationsOfType(method).get(EXCHANGE)))
                .findFirst()
                .map(verb -> !IDEMPOTENT.contains(verb))
                .orElseGet(() -> isGivenItsVerb(method));
    }

    private static boolean isGivenItsVerb(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type.getName().equals(VERB));
    }

    private static Stream<String> verbs(MergedAnnotation<?> annotation) {
        return annotation.getValue("method").stream()
                .flatMap(value -> value instanceof Object[] several ? Arrays.stream(several) : Stream.of(value))
                .map(verb -> verb.toString().toUpperCase(Locale.ROOT))
                .filter(verb -> !verb.isEmpty());
    }

    private static MergedAnnotations annotations(Method method) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
    }

    private static MergedAnnotations annotationsOfType(Method method) {
        return MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY);
    }

    /**
     * The annotations of parameters may be on the interface, which is where clients have them. A header that may be missing
     * is no key: the calls without it mustn't be repeated.
     */
    private static boolean carriesKey(Method method) {
        return Arrays.stream(new AnnotatedMethod(method).getMethodParameters())
                .map(parameter -> MergedAnnotations.from(parameter.getParameterAnnotations())
                        .get(HEADER))
                .anyMatch(header -> header.isPresent()
                        && header.getString("name").equalsIgnoreCase(KEY)
                        && header.getBoolean("required"));
    }
}
