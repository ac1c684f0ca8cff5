package dev.resilience.spring.web.reactive;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.web.CurrentLimits;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.Standing;
import dev.resilience.spring.web.Standings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Tells the callers of exchanges how they stand, when their answers begin.
 *
 * <p>A charge belongs to the exchange in whose Reactor context it happens. One without a key is told only where a rule made
 * it: what an application asks of others is no caller's limit.
 */
public final class ExchangeLimits implements CurrentLimits {

    private static final String ATTRIBUTE = ExchangeLimits.class.getName();

    private final LimitHeaders headers;

    public ExchangeLimits(LimitHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void charged(String policy, RateLimiterPolicy limiter, Call call) {
        if (call.context() instanceof ContextView view && (call.key() != null || view.hasKey(ExchangeLimits.class))) {
            ServerWebExchangeContextFilter.getExchange(view).ifPresent(exchange -> standings(exchange)
                    .note(new Standing(policy, limiter.usage(call.key(), call.tier()))));
        }
    }

    /** How the caller of this exchange stands with those who have decided about it. */
    static Collection<Standing> known(ServerWebExchange exchange) {
        Standings standings = exchange.getAttribute(ATTRIBUTE);
        return standings == null ? List.of() : standings.all();
    }

    /** The context in which rules decide about this exchange. */
    static Context deciding(Context context, ServerWebExchange exchange) {
        return context.put(ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange)
                .put(ExchangeLimits.class, true);
    }

    /** The same context where they have decided. */
    static Context decided(Context context) {
        return context.delete(ExchangeLimits.class);
    }

    /** The first who asks for them sees to it that they are told. */
    private Standings standings(ServerWebExchange exchange) {
        return (Standings) exchange.getAttributes().computeIfAbsent(ATTRIBUTE, any -> {
            Standings standings = new Standings();
            exchange.getResponse().beforeCommit(() -> {
                tell(headers.allowed(standings.all()), exchange.getResponse().getHeaders());
                return Mono.empty();
            });
            return standings;
        });
    }

    /** A refusal, or the application itself, may have told it already; half of one set and half of another would be neither. */
    private static void tell(Map<String, String> told, HttpHeaders answer) {
        if (told.keySet().stream().noneMatch(answer::containsHeader)) {
            told.forEach(answer::set);
        }
    }
}
