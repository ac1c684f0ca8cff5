package dev.resilience.spring.web.servlet;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.RetryableException;
import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers refusals, expiries, and failures that say when to come back, which reach Spring MVC, and those behind other
 * exceptions. The application's own handlers come first; and an exception of the application that says its status goes on to become that.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ServletRefusalAdvice {

    private final RefusalAnswers answers;

    public ServletRefusalAdvice(RefusalAnswers answers) {
        this.answers = answers;
    }

    /** A handler that throws what it was asked to handle leaves it to the next one. */
    @ExceptionHandler({CallRejectedException.class, CallTimedOutException.class, RetryableException.class})
    ResponseEntity<ProblemDetail> answer(Exception thrown, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        Exception answered = RefusalAnswers.behind(thrown);
        if (answered == null) {
            throw thrown;
        }
        return entity(ServletRefusals.answer(answers, answered, request), response);
    }

    /** Headers of an entity would be added to those an allowed caller has been told already; these replace them. */
    private static ResponseEntity<ProblemDetail> entity(RefusalAnswer answer, HttpServletResponse response) {
        answer.headers().forEach(response::setHeader);
        return ResponseEntity.status(answer.status()).body(answer.body());
    }
}
