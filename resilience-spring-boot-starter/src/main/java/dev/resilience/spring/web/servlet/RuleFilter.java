package dev.resilience.spring.web.servlet;

import dev.resilience.Entrance;
import dev.resilience.OngoingCall;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.web.RuleMatcher;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
 * until it is known how the request ended, and given back where a rule charges only some endings, or where rules of the
 * other phase refuse the request.
 */
public final class RuleFilter implements Filter {

    private final Supplier<RuleMatcher<Entrance>> rules;
    private final ServletLimits limits;
    private final RefusalWriter writer;

    /** @param rules asked for with the first request */
    public RuleFilter(Supplier<RuleMatcher<Entrance>> rules, ServletLimits limits, RefusalWriter writer) {
        this.rules = rules;
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
        Entrance entrance = rules.get()
                .match(() -> ServletPaths.of(request), request.getMethod(), CorsUtils.isPreFlightRequest(request));
        if (entrance == null) {
            chain.doFilter(request, response);
            return;
        }
        RequestLimits known = RequestLimits.of(request);
        OngoingCall call = enter(entrance, known, request, response);
        if (call != null) {
            limits.tell(known, response);
            new Passage(call, known, response).through(request, chain);
        }
    }

    /** The request on its way in, or null where it has been answered instead. */
    private @Nullable OngoingCall enter(
            Entrance entrance, RequestLimits known, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        known.deciding(true);
        try {
            return entrance.enter(request);
        } catch (RateLimitedException refusal) {
            known.refusedByRule(refusal);
            writer.answers(refusal, request, response);
            return null;
        } catch (CancellationException | RejectedExecutionException noTimeLeft) {
            known.turnedAway();
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return null;
        } finally {
            known.deciding(false);
        }
    }
}
