package dev.resilience.spring.web.servlet;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.web.CurrentLimits;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Tells the callers of servlet requests how they stand.
 *
 * <p>A charge belongs to the request on whose thread it happens. Rules charge before anybody has bound the request to the
 * thread, so theirs carry it as their argument. A charge without a key is told only where a rule made it: what an
 * application asks of others is no caller's limit.
 */
public final class ServletLimits implements CurrentLimits {

    private static final Logger LOGGER = LoggerFactory.getLogger("dev.resilience");

    private final LimitHeaders headers;

    public ServletLimits(LimitHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void charged(String policy, RateLimiterPolicy limiter, Call call) {
        RequestLimits deciding = deciding(call.arguments());
        if (deciding != null) {
            deciding.note(standing(policy, limiter, call));
        } else if (call.key() != null
                && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            tell(attributes, standing(policy, limiter, call));
        }
    }

    private static Standing standing(String policy, RateLimiterPolicy limiter, Call call) {
        return new Standing(policy, limiter.usage(call.key(), call.tier()));
    }

    private static @Nullable RequestLimits deciding(Object[] arguments) {
        if (arguments.length != 1 || !(arguments[0] instanceof HttpServletRequest request)) {
            return null;
        }
        RequestLimits limits = RequestLimits.find(request);
        return limits != null && limits.isDeciding() ? limits : null;
    }

    /** Telling is a courtesy: a request that has ended meanwhile fails no call. */
    private void tell(ServletRequestAttributes attributes, Standing standing) {
        try {
            RequestLimits limits = RequestLimits.of(attributes.getRequest());
            limits.note(standing);
            HttpServletResponse response = attributes.getResponse();
            if (response != null) {
                tell(limits, response);
            }
        } catch (RuntimeException ended) {
            LOGGER.debug("resilience: the caller of a request can't be told its limits any more", ended);
        }
    }

    /** Tells an allowed caller how it stands, if the answer hasn't begun. */
    void tell(RequestLimits limits, HttpServletResponse response) {
        if (!response.isCommitted()) {
            headers.allowed(limits.all()).forEach(response::setHeader);
        }
    }
}
