package dev.resilience.spring.web.servlet;

import dev.resilience.spring.web.CacheHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Spares the rendering of results of which weak tags tell that the client has them. */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class UnrenderedAdvice implements ResponseBodyAdvice<Object> {

    private final CacheHeaders headers;

    public UnrenderedAdvice(CacheHeaders headers) {
        this.headers = headers;
    }

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        return isKnown(request, response) ? null : body;
    }

    private boolean isKnown(ServerHttpRequest request, ServerHttpResponse response) {
        if (!(request instanceof ServletServerHttpRequest asked)
                || !(response instanceof ServletServerHttpResponse answered)
                || answered.getServletResponse().getStatus() != HttpStatus.OK.value()) {
            return false;
        }
        CachedRequest cached = CachedRequest.of(asked.getServletRequest());
        return cached != null
                && cached.isKnown(
                        headers, ServletExchange.of(cached, asked.getServletRequest(), response.getHeaders()));
    }
}
