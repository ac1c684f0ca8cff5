package dev.resilience.spring.web.servlet;

import dev.resilience.spring.guard.CachedHandler;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.Provenance;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A request that a cached handler may answer, kept in an attribute of it. The handler is called on a thread of the request, and
 * what it is answered with may become known on another one before the request goes on. Thread-safe.
 */
final class CachedRequest {

    private static final String ATTRIBUTE = CachedRequest.class.getName();

    private final HttpServletRequest request;
    private final CachedResponse response;
    private volatile Object @Nullable [] arguments;
    private volatile @Nullable CachedHandler handler;
    private volatile @Nullable Provenance from;
    private volatile boolean ofSomebody;
    private volatile boolean unrendered;
    private volatile boolean forwarded;
    private volatile @Nullable Meanwhile meanwhile;

    private CachedRequest(HttpServletRequest request, CachedResponse response) {
        this.request = request;
        this.response = response;
    }

    /** Makes this request one of these; its response is to be used from now on. */
    static CachedRequest begin(HttpServletRequest request, CachedResponse response) {
        CachedRequest begun = new CachedRequest(request, response);
        response.belongTo(begun);
        request.setAttribute(ATTRIBUTE, begun);
        return begun;
    }

    /** This request as such a one; null where it is none. */
    static @Nullable CachedRequest of(HttpServletRequest request) {
        return (CachedRequest) request.getAttribute(ATTRIBUTE);
    }

    CachedResponse response() {
        return response;
    }

    /** Whether Spring has chosen this handler for the request, rather than that another handler calls it. */
    boolean isFor(CachedHandler called) {
        return request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod chosen
                && called.is(chosen.getMethod(), chosen.getBeanType());
    }

    /** The handler is about to be called with these arguments; gives those of a call before, as after a forward. */
    Object @Nullable [] calls(CachedHandler called, Object[] with) {
        Object[] before = arguments;
        handler = called;
        from = null;
        ofSomebody = request.getUserPrincipal() != null;
        arguments = with;
        return before;
    }

    /** The arguments of the handler; null if none was called. */
    Object @Nullable [] arguments() {
        return arguments;
    }

    /** The call with these arguments has its answer. What is told of it later, by a refresh behind it, isn't about this one. */
    void answered(Object[] with, Provenance how) {
        if (with == arguments && from == null) {
            from = how;
        }
    }

    /** The request begins to wait for its answer. */
    void waits() {
        if (arguments != null && !response.isCommitted()) {
            meanwhile = new Meanwhile(response);
        }
    }

    /** The request goes on. Where it has an answer to tell of, what Spring Security has said meanwhile doesn't count. */
    void goesOn() {
        Meanwhile waited = meanwhile;
        if (waited != null && from != null && !response.isCommitted()) {
            waited.takeBack();
        }
    }

    /** Nothing is told after all, so what was said meanwhile counts. */
    void tellsNothing() {
        Meanwhile waited = meanwhile;
        if (waited != null && !response.isCommitted()) {
            waited.giveBack();
        }
    }

    /** Whether the response is to be held back until all of it is there: a stream goes out as it comes, and so does a forward. */
    boolean isHeld() {
        return from != null && !forwarded && !request.isAsyncStarted();
    }

    /** From now on the response goes out as it comes, so what is known already is told, without a tag of its bytes. */
    void forwards(CacheHeaders headers) {
        Provenance how = from;
        CachedHandler called = handler;
        boolean told = forwarded;
        forwarded = true;
        if (!told && how != null && called != null && response.getStatus() == HttpStatus.OK.value()) {
            headers.tell(how, called, ServletExchange.of(this, request, response), null);
        }
    }

    /** Whether the client has the response already, so that there is no need to render it. */
    boolean isKnown(CacheHeaders headers, ServletExchange exchange) {
        Provenance how = from;
        CachedHandler called = handler;
        unrendered = how != null && called != null && isHeld() && headers.isKnown(how, called, exchange);
        return unrendered;
    }

    /** Sends what was held back, under the headers that belong to it. */
    void end(CacheHeaders headers) throws IOException {
        Provenance how = from;
        CachedHandler called = handler;
        if (how == null || called == null || forwarded || response.isCommitted()) {
            response.send();
        } else if (CacheHeaders.concern(response.getStatus())) {
            ServletExchange exchange = ServletExchange.of(this, request, response);
            boolean known = headers.tell(how, called, exchange, response.isHolding() ? response::body : null);
            response.send(known || unrendered);
        } else {
            tellsNothing();
            response.send();
        }
    }

    /** Whether somebody in particular asks; who was logged in when the handler was called may be unknown to a later thread. */
    boolean isOfSomebody() {
        return ofSomebody || request.getUserPrincipal() != null || request.getSession(false) != null;
    }

    boolean isHead() {
        return request.getMethod().equals("HEAD");
    }
}
