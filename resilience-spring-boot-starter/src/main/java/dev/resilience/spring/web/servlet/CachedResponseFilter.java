package dev.resilience.spring.web.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the responses of cached handlers their headers when all is said. It stands as far in as can be, so that it sees the bytes
 * of the handler, and before anybody further out sends headers of his own, such as Spring Security's {@code no-store}.
 */
public final class CachedResponseFilter implements Filter {

    private final Supplier<CachedRequests> requests;

    public CachedResponseFilter(Supplier<CachedRequests> requests) {
        this.requests = requests;
    }

    @Override
    public void doFilter(ServletRequest given, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) given;
        CachedRequest cached = cached(request, (HttpServletResponse) response);
        if (cached == null) {
            chain.doFilter(request, response);
            return;
        }
        boolean again = request.getDispatcherType() == DispatcherType.ASYNC;
        try {
            if (again) {
                cached.goesOn();
                chain.doFilter(request, response);
            } else {
                chain.doFilter(
                        new ForwardingRequest(request, () -> requests.get().forwards(cached)), cached.response());
            }
        } catch (IOException | ServletException | RuntimeException failure) {
            cached.tellsNothing();
            requests.get().forget(cached);
            throw failure;
        }
        if (!request.isAsyncStarted()) {
            requests.get().end(cached);
        } else if (!again) {
            cached.waits();
            request.getAsyncContext().addListener(new Over(() -> requests.get().forget(cached)));
        }
    }

    private @Nullable CachedRequest cached(HttpServletRequest request, HttpServletResponse response) {
        CachedRequest known = CachedRequest.of(request);
        if (known != null) {
            return request.getDispatcherType() == DispatcherType.ASYNC ? known : null;
        }
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return reads && requests.get().haveHandlers()
                ? CachedRequest.begin(request, new CachedResponse(response))
                : null;
    }

    /** Is told when an asynchronous request is over, however it has ended. */
    private record Over(Runnable forget) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            forget.run();
        }

        @Override
        public void onError(AsyncEvent event) {
            forget.run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
