package dev.resilience.spring.web;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.Causes;
import dev.resilience.failure.RetryableException;
import dev.resilience.ratelimit.RateLimitedException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * The answers to refused callers, the same wherever a refusal meets the web: in a filter, in a controller, in a
 * functional endpoint.
 *
 * <p>A caller over its own limit gets 429 and learns which limits it has violated. A limit on everybody's calls is
 * nobody's fault, so like a full bulkhead and an open circuit breaker it is 503, and so is a {@link RetryableException}
 * of the application that says when. {@code Retry-After} is in whole seconds, rounded up. The key of a limit is in no
 * answer.
 */
public final class RefusalAnswers {

    private final LimitHeaders headers;

    public RefusalAnswers(LimitHeaders headers) {
        this.headers = headers;
    }

    /**
     * What is answered of a failure: the outermost refusal, expiry, or failure that says when to come back, of it and its
     * causes. Null where there is none, or where a status is said further out: whoever wrapped a refusal wants that one.
     */
    public static @Nullable Exception behind(Throwable failure) {
        return Causes.of(failure).stream()
                .takeWhile(cause -> !FailureStatus.isSaidBy(cause))
                .filter(RefusalAnswers::isAnswered)
                .map(Exception.class::cast)
                .findFirst()
                .orElse(null);
    }

    private static boolean isAnswered(Throwable failure) {
        return failure instanceof CallRejectedException
                || failure instanceof CallTimedOutException
                || FailureStatus.isForLater(failure);
    }

    /**
     * The answer to {@linkplain #behind what is answered} of a failure.
     *
     * @param standings how the caller stands with other limiters
     */
    public RefusalAnswer of(Exception answered, Collection<Standing> standings) {
        if (answered instanceof CallRejectedException refusal) {
            return of(FailureStatus.of(refusal), refusal, standings);
        }
        return answered instanceof CallTimedOutException expiry ? of(expiry) : of((RetryableException) answered);
    }

    /** The answer to a request that a rule refuses, which is about the caller even where all callers share its limit. */
    public RefusalAnswer ofRule(RateLimitedException refusal, Collection<Standing> standings) {
        return of(HttpStatus.TOO_MANY_REQUESTS, refusal, standings);
    }

    /** The answer where time ran out. */
    private static RefusalAnswer of(CallTimedOutException expiry) {
        HttpStatus status = HttpStatus.GATEWAY_TIMEOUT;
        return new RefusalAnswer(status, Map.of(), problem(status, expiry.getMessage(), expiry.kind(), expiry.name()));
    }

    /** What the application says of its failure is for its log; when to come back is for the caller. */
    private static RefusalAnswer of(RetryableException failure) {
        HttpStatus status = HttpStatus.SERVICE_UNAVAILABLE;
        Map<String, String> told = new LinkedHashMap<>();
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, "the call failed, and may go well later");
        failure.retryAfter().ifPresent(wait -> tellWait(wait, told, body));
        return new RefusalAnswer(status, told, body);
    }

    private static void tellWait(Duration wait, Map<String, String> told, ProblemDetail body) {
        long seconds = StructuredField.seconds(wait.isNegative() ? Duration.ZERO : wait);
        told.put(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        body.setProperty("retryAfterSeconds", seconds);
    }

    private RefusalAnswer of(HttpStatus status, CallRejectedException refusal, Collection<Standing> standings) {
        Map<String, String> told = new LinkedHashMap<>();
        ProblemDetail body = problem(status, refusal.getMessage(), refusal.kind(), refusal.name());
        refusal.retryAfter().ifPresent(wait -> tellWait(wait, told, body));
        if (refusal instanceof RateLimitedException limited && status == HttpStatus.TOO_MANY_REQUESTS) {
            told.putAll(headers.refused(limited, standings));
            body.setProperty("violated", violated(limited));
        }
        return new RefusalAnswer(status, told, body);
    }

    private static ProblemDetail problem(HttpStatus status, String detail, String kind, String name) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("kind", kind);
        problem.setProperty("policy", name);
        return problem;
    }

    private static List<Map<String, Object>> violated(RateLimitedException refusal) {
        return refusal.violated().stream()
                .map(limit -> {
                    Map<String, Object> violated = new LinkedHashMap<>();
                    violated.put("policy", refusal.name());
                    violated.put("limit", limit.permits());
                    violated.put("window", StructuredField.seconds(limit.window()));
                    refusal.retryAfter()
                            .map((Duration wait) -> StructuredField.seconds(wait))
                            .ifPresent(seconds -> violated.put("retryAfter", seconds));
                    return violated;
                })
                .toList();
    }
}
