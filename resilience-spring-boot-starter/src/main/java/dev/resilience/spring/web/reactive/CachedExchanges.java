package dev.resilience.spring.web.reactive;

import dev.resilience.Call;
import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.spring.guard.CachedHandler;
import dev.resilience.spring.web.Provenance;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.ContextView;

/**
 * Finds the exchanges that the answers of caches belong to: those in whose Reactor context a handler is called that Spring has
 * chosen for them. Thread-safe.
 */
public final class CachedExchanges {

    private static final String ATTRIBUTE = CachedExchanges.class.getName();

    private final ConcurrentMap<String, CachedHandler> handlers = new ConcurrentHashMap<>();

    /** What is known of the answer of an exchange. */
    record Answer(CachedHandler handler, Provenance from) {}

    /** Watches what its cache makes of the calls of this handler. */
    public void watch(CachedHandler handler) {
        handlers.put(handler.toString(), handler);
        handler.cache().showTo(this::answered);
    }

    /** Whether there is any handler to watch. */
    boolean haveHandlers() {
        return !handlers.isEmpty();
    }

    /** How the handler of this exchange came by its answer; null where no cache had a part in it. */
    static @Nullable Answer of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    /** Notes the first answer: what is told later, by a refresh behind it, isn't that of the exchange. */
    private void answered(Call call, Way way, long number, long ageNanos, long freshNanos) {
        CachedHandler handler = handlers.get(call.operation());
        if (handler != null && call.context() instanceof ContextView view && handler.isTold()) {
            Answer answer = new Answer(handler, new Provenance(way, number, ageNanos, freshNanos));
            ServerWebExchangeContextFilter.getExchange(view)
                    .filter(exchange -> isFor(handler, exchange))
                    .ifPresent(exchange -> exchange.getAttributes().putIfAbsent(ATTRIBUTE, answer));
        }
    }

    private static boolean isFor(CachedHandler handler, ServerWebExchange exchange) {
        return exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod chosen
                && handler.is(chosen.getMethod(), chosen.getBeanType());
    }
}
