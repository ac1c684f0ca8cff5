package dev.resilience.spring.web.reactive;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.web.CurrentLimits;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.Standing;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.ContextView;

/**
 * Tells the callers of exchanges how they stand with the limiters of guarded methods: a call belongs to the exchange in
 * the Reactor context of its subscription. What rules charge their filter tells.
 */
public final class ExchangeLimits implements CurrentLimits {

    private final LimitHeaders headers;

    public ExchangeLimits(LimitHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void charged(String policy, RateLimiterPolicy limiter, Call call) {
        if (call.key() != null && !isOfRule(call) && call.context() instanceof ContextView view) {
            ServerWebExchangeContextFilter.getExchange(view)
                    .ifPresent(exchange -> ExchangeStandings.of(exchange, headers)
                            .note(new Standing(policy, limiter.usage(call.key(), call.tier()))));
        }
    }

    private static boolean isOfRule(Call call) {
        Object[] arguments = call.arguments();
        return arguments.length == 1 && arguments[0] instanceof ServerWebExchange;
    }
}
