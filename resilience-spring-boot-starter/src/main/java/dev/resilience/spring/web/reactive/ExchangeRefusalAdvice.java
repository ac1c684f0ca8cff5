package dev.resilience.spring.web.reactive;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.RetryableException;
import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers refusals, expiries, and failures that say when to come back, which controllers of WebFlux end with, and those
 * behind other exceptions. The application's own handlers come first; and an exception of the application that says its status goes on to become that.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ExchangeRefusalAdvice {

    private final RefusalAnswers answers;

    public ExchangeRefusalAdvice(RefusalAnswers answers) {
        this.answers = answers;
    }

    /** A handler that throws what it was asked to handle leaves it to the next one. */
    @ExceptionHandler({CallRejectedException.class, CallTimedOutException.class, RetryableException.class})
    ResponseEntity<ProblemDetail> answer(Exception thrown, ServerWebExchange exchange) throws Exception {
        Exception answered = RefusalAnswers.behind(thrown);
        if (answered == null) {
            throw thrown;
        }
        return entity(answers.of(answered, ExchangeLimits.known(exchange)), exchange);
    }

    private static ResponseEntity<ProblemDetail> entity(RefusalAnswer answer, ServerWebExchange exchange) {
        HttpHeaders headers = new HttpHeaders();
        answer.headers().forEach(headers::set);
        return ResponseEntity.status(answer.status())
                .headers(headers)
                .body(answer.about(exchange.getRequest().getPath().value()).body());
    }
}
