package dev.resilience.spring.web.servlet;

import dev.resilience.Pipeline;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.guard.RequestRule;
import dev.resilience.spring.web.RequestLimits;
import dev.resilience.spring.web.RuleBook;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsUtils;

/**
 * Has the rules of one phase decide about each request, once: neither error pages nor asynchronous continuations nor
 * forwards are requests of their own.
 *
 * <p>The rules decide on the caller's thread, which also waits where a rule says so. What a request has charged is held
 * until it is known how the request ended, and given back where a rule charges only some endings.
 */
public final class RuleFilter implements Filter {

    private final boolean beforeLogin;
    private final Supplier<RuleBook> book;
    private final ServletLimits limits;
    private final RefusalWriter writer;

    /** @param book asked for with the first request */
    public RuleFilter(boolean beforeLogin, Supplier<RuleBook> book, ServletLimits limits, RefusalWriter writer) {
        this.beforeLogin = beforeLogin;
        this.book = book;
        this.limits = limits;
        this.writer = writer;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.REQUEST
                && request instanceof HttpServletRequest asked
                && response instanceof HttpServletResponse answer) {
            decide(asked, answer, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void decide(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RequestLimits met = limits.of(request, () -> matching(request));
        List<Pipeline> pipelines = book.get().pipelines(met.rules(beforeLogin));
        if (pipelines.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Passage passage = enter(pipelines, met, request, response);
        if (passage != null) {
            limits.tell(met, response);
            passage.through(request, response, chain);
        }
    }

    private List<RequestRule> matching(HttpServletRequest request) {
        return book.get()
                .matching(request.getMethod(), CorsUtils.isPreFlightRequest(request), RequestPaths.of(request));
    }

    /** The way in, or null where the request has been answered instead. */
    private @Nullable Passage enter(
            List<Pipeline> pipelines, RequestLimits met, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        met.entering(true);
        try {
            return Passage.enter(pipelines, request);
        } catch (RateLimitedException refusal) {
            met.refusedByRule(refusal);
            writer.answers(refusal, request, response);
            return null;
        } catch (CancellationException | RejectedExecutionException noTimeLeft) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return null;
        } finally {
            met.entering(false);
        }
    }
}
