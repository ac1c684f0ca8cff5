package dev.resilience.spring.web.reactive;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.WithdrawnException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.guard.DeferredKeys;
import dev.resilience.spring.web.FailureStatus;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.RequestPaths;
import dev.resilience.spring.web.RuleMatcher;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
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
 * becomes further out.
 */
public final class RuleWebFilter implements WebFilter, Ordered {

    private final Supplier<RuleMatcher<Limiters>> rules;
    private final RefusalAnswers answers;
    private final RefusalWriter writer;
    private final int order;

    /** @param rules asked for with the first exchange */
    public RuleWebFilter(
            Supplier<RuleMatcher<Limiters>> rules, RefusalAnswers answers, RefusalWriter writer, int order) {
        this.rules = rules;
        this.answers = answers;
        this.writer = writer;
        this.order = order;
    }

    @Override
    public int getOrder() {
        return order;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        Limiters limiters = rules.get()
                .match(
                        () -> RequestPaths.of(request.getPath().pathWithinApplication()),
                        request.getMethod().name(),
                        CorsUtils.isPreFlightRequest(request));
        return limiters == null
                ? chain.filter(exchange)
                : Mono.defer(() -> limited(limiters, exchange, new Rest(exchange, chain)));
    }

    private Mono<Void> limited(Limiters limiters, ServerWebExchange exchange, Rest rest) {
        return limiters.around(rest, new Object[] {exchange})
                .doOnError(RateLimitedException.class, refusal -> ExchangeLimits.turnAway(exchange))
                .onErrorResume(WithdrawnException.class, answeredFurtherIn -> Mono.empty())
                .onErrorResume(RateLimitedException.class, refusal -> answer(refusal, exchange))
                .contextWrite(context -> ExchangeLimits.deciding(context, exchange))
                .then(Mono.defer(rest::end));
    }

    private Mono<Object> answer(RateLimitedException refusal, ServerWebExchange exchange) {
        return writer.write(answers.ofRule(refusal, ExchangeLimits.known(exchange)), exchange)
                .then(Mono.empty());
    }

    /** The limiters of the rules about an exchange, and the keys that have to be known before they are asked. */
    public static final class Limiters {

        private final Pipeline pipeline;
        private final @Nullable DeferredKeys keys;

        public Limiters(Pipeline pipeline, ContextCarrier carrier) {
            this.pipeline = pipeline;
            this.keys = DeferredKeys.of(pipeline.stages(), carrier);
        }

        private Mono<Object> around(Body body, Object[] arguments) {
            Mono<Object> call = invoke(body, arguments);
            return keys == null ? call : Mono.from(keys.before(call, arguments)).cast(Object.class);
        }

        @SuppressWarnings("unchecked")
        private Mono<Object> invoke(Body body, Object[] arguments) {
            try {
                return (Mono<Object>) pipeline.invoke(CallShape.MONO, arguments, body);
            } catch (Throwable impossible) {
                return Mono.error(impossible);
            }
        }
    }

    /** The rest of the chain. It gives the status of the answer; what it failed with is kept and goes on at the end. */
    private static final class Rest implements Body {

        private static final int UNSAID = 200;

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
                    .onErrorResume(this::keep)
                    .then(Mono.defer(this::outcome));
        }

        private Mono<Void> keep(Throwable thrown) {
            failure = thrown;
            return Mono.empty();
        }

        /** What rules further in have refused was never let in, however it ends. */
        private Mono<Integer> outcome() {
            return ExchangeLimits.isTurnedAway(exchange) ? Mono.error(new WithdrawnException()) : Mono.just(status());
        }

        private Mono<Void> end() {
            Throwable thrown = failure;
            return thrown == null ? Mono.empty() : Mono.error(thrown);
        }

        /** Whoever has been told a status can't hang up on it: what was sent counts, though sending it failed. */
        private int status() {
            Throwable thrown = failure;
            if (thrown != null && !exchange.getResponse().isCommitted()) {
                return FailureStatus.of(thrown);
            }
            HttpStatusCode said = exchange.getResponse().getStatusCode();
            return said == null ? UNSAID : said.value();
        }
    }
}
