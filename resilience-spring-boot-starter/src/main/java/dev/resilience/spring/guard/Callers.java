package dev.resilience.spring.guard;

import java.lang.annotation.Annotation;
import java.lang.reflect.Parameter;
import java.security.Principal;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** Tells the parameters of handlers that bring who asks, or the whole request. By name, because no stack has to be there. */
final class Callers {

    /** What brings the request: never equal to that of another request. */
    private static final Set<String> REQUESTS = Set.of(
            "jakarta.servlet.ServletRequest",
            "jakarta.servlet.ServletResponse",
            "jakarta.servlet.http.HttpSession",
            "org.springframework.http.HttpMessage",
            "org.springframework.http.HttpHeaders",
            "org.springframework.ui.Model",
            "org.springframework.web.context.request.WebRequest",
            "org.springframework.web.server.ServerWebExchange",
            "org.springframework.web.server.WebSession");

    private static final Set<String> OF_CALLER = Set.of(
            "org.springframework.security.core.annotation.AuthenticationPrincipal",
            "org.springframework.security.core.annotation.CurrentSecurityContext",
            "org.springframework.web.bind.annotation.SessionAttribute",
            "org.springframework.web.bind.annotation.RequestAttribute");

    private Callers() {}

    /** Whether the parameter brings who asks, by itself or within the request. */
    static boolean isOne(Parameter parameter) {
        return isPrincipal(parameter) || isRequest(parameter);
    }

    /** Whether the parameter brings who asks, and nothing else. */
    static boolean isPrincipal(Parameter parameter) {
        return Principal.class.isAssignableFrom(parameter.getType())
                || Arrays.stream(parameter.getAnnotations())
                        .map(Annotation::annotationType)
                        .anyMatch(type -> OF_CALLER.contains(type.getName()));
    }

    /** Whether the parameter brings the whole request, its response or its session. */
    static boolean isRequest(Parameter parameter) {
        return types(parameter.getType()).anyMatch(type -> REQUESTS.contains(type.getName()));
    }

    /** The type with all it extends and implements. */
    static Stream<Class<?>> types(Class<?> type) {
        Stream<Class<?>> above =
                Stream.concat(Stream.of(type.getInterfaces()), Stream.ofNullable(type.getSuperclass()));
        return Stream.concat(Stream.of(type), above.flatMap(Callers::types));
    }
}
