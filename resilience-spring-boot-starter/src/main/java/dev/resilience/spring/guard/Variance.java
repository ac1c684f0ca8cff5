package dev.resilience.spring.guard;

import dev.resilience.configuration.CommaList;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;

/**
 * What the responses of a cached handler depend on besides the address that is asked for. An explicit key replaces the
 * parameters, so what isn't in it makes no difference; without one every parameter does.
 *
 * @param headers the headers of requests that make a difference
 * @param ofCaller whether it makes a difference who asks, or nobody can tell
 */
public record Variance(List<String> headers, boolean ofCaller) {

    private static final String WEB = "org.springframework.web.bind.annotation.";
    private static final String HEADER = "header:";
    private static final String KEY = "key";
    private static final String VARY_BY = "vary-by";

    public Variance {
        headers = List.copyOf(headers);
    }

    /** @param placement what belongs to the cache on this method, as it is written */
    static Variance of(Method method, Map<String, String> placement) {
        List<String> texts = texts(placement);
        List<MethodParameter> parameters = parameters(method);
        boolean keyed = placement.containsKey(KEY);
        Stream<String> ofParameters = parameters.stream()
                .filter(parameter -> !keyed || isIn(texts, parameter))
                .flatMap(parameter -> headers(parameter).stream());
        Stream<String> ofTexts = texts.stream()
                .filter(text -> text.startsWith(HEADER))
                .map(text -> text.substring(HEADER.length()).strip());
        return new Variance(
                Stream.concat(ofTexts, ofParameters).distinct().toList(),
                namesCaller(texts)
                        || parameters.stream().anyMatch(parameter -> Callers.isOne(parameter.getParameter())));
    }

    /** What tells one result from another, in words. */
    private static List<String> texts(Map<String, String> placement) {
        return Stream.concat(
                        Stream.ofNullable(placement.get(KEY)),
                        Stream.ofNullable(placement.get(VARY_BY)).flatMap(all -> CommaList.of(List.of(all)).stream()))
                .map(String::strip)
                .toList();
    }

    /** Whether one of the texts is a word for who asks, or a bean, of which nobody knows what it looks at. */
    static boolean namesCaller(Map<String, String> placement) {
        return namesCaller(texts(placement));
    }

    private static boolean namesCaller(List<String> texts) {
        return texts.stream().anyMatch(text -> !text.startsWith(HEADER) && !text.startsWith("#"));
    }

    /** With the annotations that interfaces have. */
    private static List<MethodParameter> parameters(Method method) {
        return List.of(new AnnotatedMethod(method).getMethodParameters());
    }

    private static boolean isIn(List<String> texts, MethodParameter parameter) {
        String name = "#" + parameter.getParameter().getName();
        return texts.stream().anyMatch(text -> text.matches("(?s).*" + name + "\\b.*"));
    }

    private static List<String> headers(MethodParameter parameter) {
        MergedAnnotations annotations = MergedAnnotations.from(parameter.getParameterAnnotations());
        List<String> headers = new ArrayList<>();
        MergedAnnotation<?> header = annotations.get(WEB + "RequestHeader");
        if (header.isPresent() && !Map.class.isAssignableFrom(parameter.getParameterType())) {
            String name = header.getString("name");
            headers.add(name.isEmpty() ? parameter.getParameter().getName() : name);
        }
        if (annotations.isPresent(WEB + "CookieValue")) {
            headers.add("Cookie");
        }
        if (parameter.getParameterType() == Locale.class) {
            headers.add("Accept-Language");
        }
        return headers;
    }
}
