package dev.resilience.spring.web.reactive;

import dev.resilience.spring.web.RefusalAnswers;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers refusals, expiries, and failures that say when to come back, which nobody else has answered: those of functional endpoints and filters, which no advice
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
        Exception answered = exchange.getResponse().isCommitted() ? null : RefusalAnswers.behind(failure);
        return answered == null
                ? Mono.error(failure)
                : writer.write(answers.of(answered, ExchangeLimits.known(exchange)), exchange);
    }
}
