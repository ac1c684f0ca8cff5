package dev.resilience.spring.web.reactive;

import dev.resilience.Call;
import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.spring.guard.CachedHandler;
import dev.resilience.spring.guard.CallWatcher;
import dev.resilience.spring.web.Provenance;
import java.lang.reflect.Method;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.ContextView;

/**
 * Finds the exchanges that the answers of caches belong to. A publisher is called in the Reactor context of its exchange. Of other
 * handlers the call is known by the array of its arguments, and the exchange by the thread, for Spring goes on with the exchange
 * on the thread to which the handler has returned. Thread-safe.
 */
public final class CachedExchanges {

    private static final String ATTRIBUTE = CachedExchanges.class.getName();

    private final ConcurrentMap<String, CachedHandler> handlers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Method, Boolean> plain = new ConcurrentHashMap<>();
    private final ConcurrentMap<Object[], Handled> calls = new ConcurrentHashMap<>();
    private final ThreadLocal<@Nullable Handled> latest = new ThreadLocal<>();

    /** What is known of the answer of an exchange. */
    record Answer(CachedHandler handler, Provenance from) {}

    /** A call of a handler, of which may become known later how it came by its answer. */
    private static final class Handled {
        private final CachedHandler handler;
        private volatile @Nullable Provenance from;

        Handled(CachedHandler handler) {
            this.handler = handler;
        }

        /** Notes the first answer: what is told later, by a refresh behind it, isn't that of the exchange. */
        void answered(Provenance how) {
            if (from == null) {
                from = how;
            }
        }

        @Nullable Answer answer() {
            Provenance how = from;
            return how == null ? null : new Answer(handler, how);
        }
    }

    /** Watches what its cache makes of the calls of this handler. */
    public void watch(CachedHandler handler) {
        handlers.put(handler.toString(), handler);
        handler.cache().showTo(this::answered);
        if (handler.isPlain()) {
            handler.method().watch(new Calls(handler));
            plain.clear();
        }
    }

    /** Whether this may be a handler whose answers are known by its thread. */
    boolean isPlain(Method chosen) {
        return plain.computeIfAbsent(
                chosen, method -> handlers.values().stream().anyMatch(known -> known.isPlain() && known.is(method)));
    }

    /** The handler of this exchange has just returned to this thread. */
    void returned(ServerWebExchange exchange) {
        Handled call = latest.get();
        latest.remove();
        if (call != null && isFor(call.handler, exchange)) {
            exchange.getAttributes().put(ATTRIBUTE, call);
        }
    }

    /** Whether there is any handler to watch. */
    boolean haveHandlers() {
        return !handlers.isEmpty();
    }

    /** How the handler of this exchange came by its answer; null where no cache had a part in it. */
    static @Nullable Answer of(ServerWebExchange exchange) {
        Handled call = exchange.getAttribute(ATTRIBUTE);
        return call == null ? null : call.answer();
    }

    private void answered(Call call, Way way, long number, long ageNanos, long freshNanos) {
        Provenance how = new Provenance(way, number, ageNanos, freshNanos);
        Handled known = calls.get(call.arguments());
        CachedHandler handler = handlers.get(call.operation());
        if (known != null) {
            known.answered(how);
        } else if (handler != null && call.context() instanceof ContextView view && handler.isTold()) {
            ServerWebExchangeContextFilter.getExchange(view)
                    .filter(exchange -> isFor(handler, exchange))
                    .ifPresent(exchange -> answered(exchange, handler, how));
        }
    }

    private static void answered(ServerWebExchange exchange, CachedHandler handler, Provenance how) {
        Handled call = (Handled) exchange.getAttributes().computeIfAbsent(ATTRIBUTE, first -> new Handled(handler));
        call.answered(how);
    }

    private static boolean isFor(CachedHandler handler, ServerWebExchange exchange) {
        return exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod chosen
                && handler.is(chosen.getMethod(), chosen.getBeanType());
    }

    /** The calls of a handler that gives no publisher. The one that returns last to a thread is the outermost. */
    private final class Calls implements CallWatcher {
        private final CachedHandler handler;

        Calls(CachedHandler handler) {
            this.handler = handler;
        }

        @Override
        public void begins(Object[] arguments) {
            if (handler.isTold()) {
                calls.put(arguments, new Handled(handler));
            }
        }

        @Override
        public void returns(Object[] arguments, @Nullable Object result) {
            latest.set(calls.get(arguments));
            if (result instanceof CompletionStage<?> later) {
                later.whenComplete((value, failure) -> calls.remove(arguments));
            } else {
                calls.remove(arguments);
            }
        }
    }
}
