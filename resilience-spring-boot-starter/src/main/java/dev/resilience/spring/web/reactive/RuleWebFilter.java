package dev.resilience.spring.web.reactive;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.guard.DeferredKeys;
import dev.resilience.spring.web.MatchedRules;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.RuleMatcher;
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
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits exchanges by rules: the limiters of all rules about an exchange are a pipeline around the rest of the chain, so
 * waiting, refunding and charging by outcome are what they are around a method. Nobody waits on a thread.
 *
 * <p>The outcome is the status of the answer. An exception on its way out is no answer yet; it counts as the status that it
 * carries, or as 500.
 */
public final class RuleWebFilter implements WebFilter, Ordered {

    private final Supplier<RuleMatcher> rules;
    private final RefusalAnswers answers;
    private final RefusalWriter writer;
    private final ContextCarrier carrier;
    private final int order;

    /** @param rules asked for with the first exchange */
    public RuleWebFilter(
            Supplier<RuleMatcher> rules,
            RefusalAnswers answers,
            RefusalWriter writer,
            ContextCarrier carrier,
            int order) {
        this.rules = rules;
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
        MatchedRules matched =
                rules.get().match(paths(request), request.getMethod().name(), CorsUtils.isPreFlightRequest(request));
        return matched == null
                ? chain.filter(exchange)
                : Mono.defer(() -> limited(matched, exchange, new Rest(exchange, chain)));
    }

    /** As handlers read the path, and without the slash at its end that a filter further in may drop. */
    private static List<PathContainer> paths(ServerHttpRequest request) {
        PathContainer path = request.getPath().pathWithinApplication();
        int last = path.elements().size() - 1;
        return last > 0 && path.elements().get(last) instanceof Separator
                ? List.of(path, path.subPath(0, last))
                : List.of(path);
    }

    private Mono<Void> limited(MatchedRules matched, ServerWebExchange exchange, Rest rest) {
        return call(matched, new Object[] {exchange}, rest)
                .onErrorResume(RateLimitedException.class, refusal -> answer(refusal, exchange))
                .contextWrite(context -> ExchangeLimits.deciding(context, exchange))
                .then(Mono.defer(rest::end));
    }

    private Mono<Object> call(MatchedRules matched, Object[] arguments, Rest rest) {
        Mono<Object> call = invoke(matched, arguments, rest);
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

    private Mono<Object> answer(RateLimitedException refusal, ServerWebExchange exchange) {
        return writer.write(answers.ofRule(refusal, ExchangeLimits.known(exchange)), exchange)
                .then(Mono.empty());
    }

    /** The rest of the chain. It gives the status of the answer; what it failed with is kept and goes on at the end. */
    private static final class Rest implements Body {

        private static final int UNSAID = 200;
        private static final int UNKNOWN = 500;

        private final ServerWebExchange exchange;
        private final WebFilterChain chain;
        private volatile @Nullable Throwable failure;

        private Rest(ServerWebExchange exchange, WebFilterChain chain) {
            this.exchange = exchange;
            this.chain = chain;
        }

        @Override
        public Mono<Integer> invoke() {
            return chain.filter(exchange)
                    .contextWrite(ExchangeLimits::decided)
                    .then(Mono.fromSupplier(() -> status(exchange.getResponse().getStatusCode(), UNSAID)))
                    .onErrorResume(this::failed);
        }

        /** Whoever has been told a status can't hang up on it: what was sent counts, though sending it failed. */
        private Mono<Integer> failed(Throwable thrown) {
            failure = thrown;
            if (exchange.getResponse().isCommitted()) {
                return Mono.just(status(exchange.getResponse().getStatusCode(), UNSAID));
            }
            return Mono.just(status(thrown instanceof ErrorResponse answer ? answer.getStatusCode() : null, UNKNOWN));
        }

        private Mono<Void> end() {
            Throwable thrown = failure;
            return thrown == null ? Mono.empty() : Mono.error(thrown);
        }

        private static int status(@Nullable HttpStatusCode status, int otherwise) {
            return status == null ? otherwise : status.value();
        }
    }
}
