package dev.resilience.spring.web.reactive;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers refusals and expiries that nobody else has answered: those of functional endpoints and filters, which no advice
 * sees. It comes before Boot's own handler, which would make a 500 of them.
 */
public final class RefusalExceptionHandler implements WebExceptionHandler, Ordered {

    private static final int BEFORE_THAT_OF_BOOT = -2;

    private final RefusalAnswers answers;
    private final RefusalWriter writer;

    public RefusalExceptionHandler(RefusalAnswers answers, RefusalWriter writer) {
        this.answers = answers;
        this.writer = writer;
    }

    @Override
    public int getOrder() {
        return BEFORE_THAT_OF_BOOT;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        RefusalAnswer answer = answer(exchange, failure);
        return answer == null || exchange.getResponse().isCommitted()
                ? Mono.error(failure)
                : writer.write(answer, exchange);
    }

    private @Nullable RefusalAnswer answer(ServerWebExchange exchange, Throwable failure) {
        if (failure instanceof CallRejectedException refusal) {
            return answers.of(refusal, ExchangeLimits.known(exchange));
        }
        return failure instanceof CallTimedOutException expiry ? answers.of(expiry) : null;
    }
}
