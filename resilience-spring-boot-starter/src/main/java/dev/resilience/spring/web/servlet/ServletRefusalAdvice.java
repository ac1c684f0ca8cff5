package dev.resilience.spring.web.servlet;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
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
 * Answers refusals and expiries that reach Spring MVC, and those behind other exceptions. The application's own handlers
 * come first; and an exception of the application that says its status goes on to become that.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ServletRefusalAdvice {

    private final RefusalAnswers answers;

    public ServletRefusalAdvice(RefusalAnswers answers) {
        this.answers = answers;
    }

    @ExceptionHandler(CallRejectedException.class)
    ResponseEntity<ProblemDetail> refused(
            Exception thrown, CallRejectedException refusal, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        RefusalAnswers.leaveToOthers(thrown);
        return entity(ServletRefusals.answer(answers, refusal, request), response);
    }

    @ExceptionHandler(CallTimedOutException.class)
    ResponseEntity<ProblemDetail> timedOut(
            Exception thrown, CallTimedOutException expiry, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        RefusalAnswers.leaveToOthers(thrown);
        return entity(answers.of(expiry).about(request.getRequestURI()), response);
    }

    /** Headers of an entity would be added to those an allowed caller has been told already; these replace them. */
    private static ResponseEntity<ProblemDetail> entity(RefusalAnswer answer, HttpServletResponse response) {
        answer.headers().forEach(response::setHeader);
        return ResponseEntity.status(answer.status()).body(answer.body());
    }
}
