package dev.resilience.spring.web;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers refusals and expiries that reach the web layer. The application's own handlers come first. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class RefusalAdvice {

    private final RefusalAnswers answers;

    public RefusalAdvice(RefusalAnswers answers) {
        this.answers = answers;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(CallRejectedException refusal) {
        return entity(answers.of(refusal, List.of()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> timedOut(CallTimedOutException expiry) {
        return entity(answers.of(expiry));
    }

    private static ResponseEntity<ProblemDetail> entity(RefusalAnswer answer) {
        HttpHeaders headers = new HttpHeaders();
        answer.headers().forEach(headers::set);
        return ResponseEntity.status(answer.status()).headers(headers).body(answer.body());
    }
}
