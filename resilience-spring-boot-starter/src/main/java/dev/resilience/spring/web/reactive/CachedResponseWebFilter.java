package dev.resilience.spring.web.reactive;

import dev.resilience.spring.web.CacheHeaders;
import java.util.function.Supplier;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives the responses of cached handlers their headers when all is said. */
public final class CachedResponseWebFilter implements WebFilter, Ordered {

    private final Supplier<CachedExchanges> exchanges;
    private final CacheHeaders headers;

    public CachedResponseWebFilter(Supplier<CachedExchanges> exchanges, CacheHeaders headers) {
        this.exchanges = exchanges;
        this.headers = headers;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpMethod method = exchange.getRequest().getMethod();
        boolean reads = method == HttpMethod.GET || method == HttpMethod.HEAD;
        return reads && exchanges.get().haveHandlers()
                ? chain.filter(exchange.mutate()
                        .response(CachedResponse.of(exchange, headers))
                        .build())
                : chain.filter(exchange);
    }
}
