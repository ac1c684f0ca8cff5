package dev.resilience.spring.web.servlet;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.guard.RequestRule;
import dev.resilience.spring.web.CurrentLimits;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.RequestLimits;
import dev.resilience.spring.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The limits of servlet requests, each kept in an attribute of its request.
 *
 * <p>A charge belongs to the request on whose thread it happens. Rules charge before anybody has bound the request to the
 * thread, so theirs carry it as their argument.
 */
public final class ServletLimits implements CurrentLimits {

    private static final Logger LOGGER = LoggerFactory.getLogger("dev.resilience");
    private static final String ATTRIBUTE = ServletLimits.class.getName();

    private final LimitHeaders headers;

    public ServletLimits(LimitHeaders headers) {
        this.headers = headers;
    }

    /** The limits of a request, those of the first call from then on. */
    RequestLimits of(HttpServletRequest request, Supplier<List<RequestRule>> rules) {
        RequestLimits known = find(request);
        if (known != null) {
            return known;
        }
        RequestLimits limits = new RequestLimits(rules.get());
        request.setAttribute(ATTRIBUTE, limits);
        return limits;
    }

    /** The limits of a request; null where nothing has decided about it. */
    @Nullable RequestLimits find(HttpServletRequest request) {
        return (RequestLimits) request.getAttribute(ATTRIBUTE);
    }

    @Override
    public @Nullable RequestLimits current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? find(attributes.getRequest())
                : null;
    }

    @Override
    public void charged(String policy, RateLimiterPolicy limiter, Call call) {
        RequestLimits entering = entering(call.arguments());
        if (entering != null) {
            entering.note(new Standing(policy, limiter.usage(call.key(), call.tier())));
        } else if (call.key() != null
                && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            tell(attributes, new Standing(policy, limiter.usage(call.key(), call.tier())));
        }
    }

    private @Nullable RequestLimits entering(Object[] arguments) {
        if (arguments.length != 1 || !(arguments[0] instanceof HttpServletRequest request)) {
            return null;
        }
        RequestLimits limits = find(request);
        return limits != null && limits.isEntering() ? limits : null;
    }

    /** Telling is a courtesy: a request that has ended meanwhile fails no call. */
    private void tell(ServletRequestAttributes attributes, Standing standing) {
        try {
            RequestLimits limits = of(attributes.getRequest(), List::of);
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
        if (headers.tell() && !response.isCommitted()) {
            headers.allowed(limits.standings()).forEach(response::setHeader);
        }
    }
}
