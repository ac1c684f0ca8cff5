package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.configuration.PropertyName;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;

/**
 * Finds cached handlers whose results can't be shared among requests as they are, and words about their responses that change
 * nothing.
 */
final class HandlerFindings {

    /** What can be read or answered once: a second request would get nothing. */
    private static final Set<String> ONCE = Set.of(
            "java.io.InputStream",
            "java.util.concurrent.Callable",
            "org.springframework.core.io.InputStreamResource",
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

    private HandlerFindings() {}

    /** @param reactive whether requests are told from Reactor's context */
    static List<Finding> of(CachedHandler handler, boolean reactive) {
        List<Finding> findings = new ArrayList<>();
        Map<String, String> placement = handler.method().placement(handler.policy());
        boolean keyed = placement.containsKey("key");
        if (!keyed) {
            parameters(handler, Callers::isRequest).forEach(request -> findings.add(unkeyable(handler, request)));
        }
        if (!Variance.namesCaller(placement)) {
            parameters(handler, parameter -> Callers.isPrincipal(parameter) || keyed && Callers.isRequest(parameter))
                    .forEach(caller -> findings.add(ofCaller(handler, caller, keyed)));
        }
        once(handler).forEach(type -> findings.add(once(handler, type)));
        if (handler.variance().ofCaller() && "public".equals(handler.said("http"))) {
            findings.add(neverPublic(handler));
        }
        if (reactive && (handler.shape() == CallShape.BLOCKING || handler.shape() == CallShape.STAGE)) {
            Stream.of("http", "etag")
                    .filter(knob -> handler.said(knob) != null)
                    .forEach(knob -> findings.add(untold(handler, knob)));
        }
        return findings;
    }

    private static Stream<Parameter> parameters(CachedHandler handler, Predicate<Parameter> which) {
        return Arrays.stream(handler.method().method().getParameters()).filter(which);
    }

    private static Finding unkeyable(CachedHandler handler, Parameter request) {
        return Finding.error(
                "unkeyable-handler",
                handler.toString(),
                "The parameter " + inWords(request) + " is never equal to that of another request: " + cache(handler)
                        + " finds nothing.",
                "Give the cache a key, such as key = \"#symbol\", or take what you need of the request as parameters.");
    }

    private static Finding ofCaller(CachedHandler handler, Parameter caller, boolean keyed) {
        String reason = keyed
                ? " may change the result, and the key of " + cache(handler) + " doesn't tell callers apart."
                : " is part of the key of " + cache(handler) + " as the object it is, with all that is in it.";
        return Finding.warning(
                "caller-of-handler",
                handler.toString(),
                "The parameter " + inWords(caller) + reason,
                "Tell callers apart with vary-by: principal where the result is the caller's own, or leave the parameter out.");
    }

    private static Stream<String> once(CachedHandler handler) {
        ResolvableType returned = ResolvableType.forMethodReturnType(
                handler.method().method(), handler.method().owner());
        return Stream.concat(Stream.of(returned), Arrays.stream(returned.getGenerics()))
                .map(type -> type.resolve(Object.class))
                .flatMap(Callers::types)
                .map(Class::getName)
                .filter(ONCE::contains)
                .distinct();
    }

    private static Finding once(CachedHandler handler, String type) {
        String name = type.substring(type.lastIndexOf('.') + 1);
        return Finding.error(
                "result-of-one-request",
                handler.toString(),
                "It gives a " + name + ", which " + cache(handler)
                        + " keeps as it is, and which answers one request only.",
                "Return the value itself, a CompletionStage or a Mono.");
    }

    private static Finding neverPublic(CachedHandler handler) {
        return Finding.warning(
                "never-public",
                property(handler, "http"),
                "The results of " + handler + " depend on the caller, or on what nobody can tell, so its responses are"
                        + " private all the same.",
                "Say http: private, or take the caller out of the parameters and the key.");
    }

    private static Finding untold(CachedHandler handler, String knob) {
        return Finding.warning(
                "untold-handler",
                property(handler, knob),
                "It has no effect on " + handler
                        + ": in WebFlux only a handler that gives a publisher is known to belong" + " to its request.",
                "Return a Mono, or remove '" + knob + "'.");
    }

    private static String property(CachedHandler handler, String knob) {
        return PropertyName.of(handler.policy().kind().id(), handler.policy().name()) + "." + knob;
    }

    private static String cache(CachedHandler handler) {
        return "the " + handler.policy().inWords();
    }

    private static String inWords(Parameter parameter) {
        return "'" + parameter.getName() + "' (" + parameter.getType().getSimpleName() + ")";
    }
}
