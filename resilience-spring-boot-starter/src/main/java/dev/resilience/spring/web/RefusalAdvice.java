package dev.resilience.spring.web;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers refusals that reach the web layer: 429 where the caller has used up its share, 503 where the service is at its
 * limits, 504 where it ran out of time, each as a problem document (RFC 9457).
 *
 * <p>{@code Retry-After} is in whole seconds, rounded up, so that whoever waits that long is not too early. The
 * application's own handlers come first.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class RefusalAdvice {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(CallRejectedException refusal) {
        HttpStatus status = refusal.blamesCaller() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
        ProblemDetail problem = problem(status, refusal.getMessage(), refusal.kind(), refusal.name());
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        refusal.retryAfter().map(RefusalAdvice::roundedUp).ifPresent(seconds -> {
            answer.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
            problem.setProperty("retryAfterSeconds", seconds);
        });
        return answer.body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> timedOut(CallTimedOutException expiry) {
        ProblemDetail problem = problem(HttpStatus.GATEWAY_TIMEOUT, expiry.getMessage(), expiry.kind(), expiry.name());
        return ResponseEntity.status(HttpStatus.GATEWAY_TIMEOUT).body(problem);
    }

    private static ProblemDetail problem(HttpStatus status, String detail, String kind, String name) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("kind", kind);
        problem.setProperty("policy", name);
        return problem;
    }

    private static long roundedUp(Duration wait) {
        return wait.getNano() == 0 ? wait.getSeconds() : wait.getSeconds() + 1;
    }
}
