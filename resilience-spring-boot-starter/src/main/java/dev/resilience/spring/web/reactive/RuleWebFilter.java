package dev.resilience.spring.web.reactive;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.guard.DeferredKeys;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.MatchedRules;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.RuleMatcher;
import java.io.Serial;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.Separator;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.ErrorResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Limits exchanges by rules: the limiters of all rules about an exchange are a pipeline around the rest of the chain, so
 * waiting, refunding and charging by outcome are what they are around a method. Nobody waits on a thread.
 *
 * <p>The outcome is the status of the answer. An exception on its way out is no answer yet; it counts as the status that it
 * carries, or as 500.
 */
public final class RuleWebFilter implements WebFilter, Ordered {

    private final Supplier<RuleMatcher> rules;
    private final LimitHeaders headers;
    private final RefusalAnswers answers;
    private final RefusalWriter writer;
    private final ContextCarrier carrier;
    private final int order;

    /** @param rules asked for with the first exchange */
    public RuleWebFilter(
            Supplier<RuleMatcher> rules,
            LimitHeaders headers,
            RefusalAnswers answers,
            RefusalWriter writer,
            ContextCarrier carrier,
            int order) {
        this.rules = rules;
        this.headers = headers;
        this.answers = answers;
        this.writer = writer;
        this.carrier = carrier;
        this.order = order;
    }

    @Override
    public int getOrder() {
        return order;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        RuleMatcher all = rules.get();
        MatchedRules matched = all.isEmpty()
                ? null
                : all.match(paths(request), request.getMethod().name(), CorsUtils.isPreFlightRequest(request));
        return matched == null ? chain.filter(exchange) : limited(matched, exchange, chain);
    }

    /** As handlers read the path, and without the slash at its end that a filter further in may drop. */
    private static List<PathContainer> paths(ServerHttpRequest request) {
        PathContainer path = request.getPath().pathWithinApplication();
        int last = path.elements().size() - 1;
        return last > 0 && path.elements().get(last) instanceof Separator
                ? List.of(path, path.subPath(0, last))
                : List.of(path);
    }

    private Mono<Void> limited(MatchedRules matched, ServerWebExchange exchange, WebFilterChain chain) {
        Object[] arguments = {exchange};
        Body rest = () -> Mono.deferContextual(view -> {
            matched.note(ExchangeStandings.of(exchange, headers), arguments, view);
            return rest(matched, exchange, chain);
        });
        return whenKnown(matched, invoke(matched, arguments, rest), arguments)
                .onErrorResume(Failed.class, failed -> Mono.just(failed.end))
                .onErrorResume(RateLimitedException.class, refusal -> writer.write(
                                answers.ofRule(refusal, ExchangeStandings.known(exchange)), exchange)
                        .then(Mono.empty()))
                .flatMap(end -> ((End) end).signal())
                .contextWrite(Context.of(ServerWebExchangeContextFilter.EXCHANGE_CONTEXT_ATTRIBUTE, exchange));
    }

    /** The rest of the chain, ended in a way that limiters understand. */
    private static Mono<End> rest(MatchedRules matched, ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(exchange)
                .then(Mono.fromSupplier(() -> new End(exchange.getResponse().getStatusCode(), null)))
                .onErrorResume(failure -> Mono.just(new End(statusOf(failure), failure)))
                .flatMap(end -> end.isFailure(matched) ? Mono.error(new Failed(end)) : Mono.just(end));
    }

    private static @Nullable HttpStatusCode statusOf(Throwable failure) {
        return failure instanceof ErrorResponse answer ? answer.getStatusCode() : null;
    }

    private Mono<Object> whenKnown(MatchedRules matched, Mono<Object> call, Object[] arguments) {
        DeferredKeys keys = DeferredKeys.of(matched.pipeline().stages(), carrier);
        return keys == null ? call : Mono.from(keys.before(call, arguments)).cast(Object.class);
    }

    @SuppressWarnings("unchecked")
    private static Mono<Object> invoke(MatchedRules matched, Object[] arguments, Body rest) {
        try {
            return (Mono<Object>) matched.pipeline().invoke(CallShape.MONO, arguments, rest);
        } catch (Throwable impossible) {
            return Mono.error(impossible);
        }
    }

    /** How the rest of the chain has ended. */
    private record End(
            @Nullable HttpStatusCode status, @Nullable Throwable failure) {

        private static final int UNSAID = 200;
        private static final int UNKNOWN = 500;

        boolean isFailure(MatchedRules rules) {
            int unsaid = failure == null ? UNSAID : UNKNOWN;
            return rules.isFailure(status == null ? unsaid : status.value());
        }

        Mono<Void> signal() {
            return failure == null ? Mono.empty() : Mono.error(failure);
        }
    }

    /** Tells limiters of a failure; nobody else sees it. */
    private static final class Failed extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient End end;

        private Failed(End end) {
            super("the request failed", null, false, false);
            this.end = end;
        }
    }
}
