package dev.resilience.spring.web.reactive;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Has Spring's own adapter call cached handlers that give no publisher, and sees when they have returned. */
public final class CachedHandlerAdapter implements HandlerAdapter, Ordered {

    private final CachedExchanges exchanges;
    private final Supplier<@Nullable HandlerAdapter> springs;

    /** @param springs the adapter of handlers of controllers, null where there is none or several */
    public CachedHandlerAdapter(CachedExchanges exchanges, Supplier<@Nullable HandlerAdapter> springs) {
        this.exchanges = exchanges;
        this.springs = springs;
    }

    /** Before Spring's. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public boolean supports(Object handler) {
        HandlerAdapter adapter = springs.get();
        return adapter != null
                && handler instanceof HandlerMethod chosen
                && exchanges.isPlain(chosen.getMethod())
                && adapter.supports(handler);
    }

    @Override
    public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
        HandlerAdapter adapter = springs.get();
        return adapter == null
                ? Mono.empty()
                : adapter.handle(exchange, handler).doOnNext(result -> exchanges.returned(exchange));
    }
}
