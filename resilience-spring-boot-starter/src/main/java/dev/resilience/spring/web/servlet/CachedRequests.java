package dev.resilience.spring.web.servlet;

import dev.resilience.Call;
import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.spring.guard.CachedHandler;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.Provenance;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Finds the requests that the answers of caches belong to.
 *
 * <p>A handler is called on the thread of its request, but its answer may come on another one. What both have in common is the
 * array of the arguments, which no other call has: so calls of handlers are looked up by that. What a handler asks other
 * cached methods for has arrays of its own, and belongs to no request. Thread-safe.
 */
public final class CachedRequests {

    private final CacheHeaders headers;
    private final ConcurrentMap<Object[], CachedRequest> calls = new ConcurrentHashMap<>();
    private volatile boolean known;

    public CachedRequests(CacheHeaders headers) {
        this.headers = headers;
    }

    /** Watches the calls of this handler, and what its cache makes of them. */
    public void watch(CachedHandler handler) {
        handler.cache().showTo(this::answered);
        handler.method().watch(arguments -> called(handler, arguments));
        known = true;
    }

    /** Whether there is any handler to watch. */
    boolean haveHandlers() {
        return known;
    }

    /** Ends a request. */
    void end(CachedRequest request) throws IOException {
        request.end(headers);
        forget(request);
    }

    /** A request goes on to where its response isn't seen any more. */
    void forwards(CachedRequest request) {
        request.forwards(headers);
    }

    /** Forgets a request that is over. */
    void forget(CachedRequest request) {
        Object[] arguments = request.arguments();
        if (arguments != null) {
            calls.remove(arguments);
        }
    }

    /** How many calls of handlers are under way. */
    int underWay() {
        return calls.size();
    }

    private void called(CachedHandler handler, Object[] arguments) {
        CachedRequest request = current();
        if (request == null || !handler.isTold() || !request.isFor(handler)) {
            return;
        }
        Object[] before = request.calls(handler, arguments);
        if (before != null) {
            calls.remove(before);
        }
        calls.put(arguments, request);
    }

    private static @Nullable CachedRequest current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? CachedRequest.of(attributes.getRequest())
                : null;
    }

    private void answered(Call call, Way way, long number, long ageNanos, long freshNanos) {
        CachedRequest request = calls.get(call.arguments());
        if (request != null) {
            request.answered(call.arguments(), new Provenance(way, number, ageNanos, freshNanos));
        }
    }
}
