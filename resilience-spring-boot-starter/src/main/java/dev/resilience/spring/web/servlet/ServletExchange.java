package dev.resilience.spring.web.servlet;

import dev.resilience.spring.web.CachedExchange;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A request and its response.
 *
 * @param answered the headers of the response by name
 * @param answer sets one of them
 */
record ServletExchange(
        CachedRequest cached,
        HttpServletRequest request,
        Function<String, List<String>> answered,
        BiConsumer<String, String> answer)
        implements CachedExchange {

    static ServletExchange of(CachedRequest cached, HttpServletRequest request, HttpServletResponse response) {
        return new ServletExchange(
                cached, request, name -> List.copyOf(response.getHeaders(name)), response::setHeader);
    }

    /** With the headers of a response that it hasn't been given yet. */
    static ServletExchange of(CachedRequest cached, HttpServletRequest request, HttpHeaders answered) {
        return new ServletExchange(cached, request, answered::getOrEmpty, answered::set);
    }

    @Override
    public List<String> asked(String header) {
        return Collections.list(request.getHeaders(header));
    }

    @Override
    public List<String> answered(String header) {
        return answered.apply(header);
    }

    @Override
    public void answer(String header, String value) {
        answer.accept(header, value);
    }

    @Override
    public boolean isOfSomebody() {
        return cached.isOfSomebody();
    }

    @Override
    public boolean hasOneRepresentation() {
        return request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Collection<?> types
                && types.size() == 1;
    }
}
