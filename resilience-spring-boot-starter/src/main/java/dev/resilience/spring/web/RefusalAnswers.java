package dev.resilience.spring.web;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.ratelimit.RateLimitedException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * The answers to refused callers, the same wherever a refusal meets the web: in a filter, in a controller, in a
 * functional endpoint.
 *
 * <p>A caller over its own limit gets 429 and learns which limits it has violated. A limit on everybody's calls is
 * nobody's fault, so like a full bulkhead and an open circuit breaker it is 503. {@code Retry-After} is in whole seconds,
 * rounded up. The key of a limit is in no answer.
 */
public final class RefusalAnswers {

    private final LimitHeaders headers;

    public RefusalAnswers(LimitHeaders headers) {
        this.headers = headers;
    }

    /**
     * Goes on with an exception that says its status itself: whoever wrapped a refusal into it wants that one. An exception
     * handler that throws what it was asked to handle leaves it to the next one.
     *
     * @throws Exception this one
     */
    public static void leaveToOthers(Exception thrown) throws Exception {
        if (FailureStatus.isSaidBy(thrown)) {
            throw thrown;
        }
    }

    /**
     * The answer to a refusal.
     *
     * @param standings how the caller stands with other limiters
     */
    public RefusalAnswer of(CallRejectedException refusal, Collection<Standing> standings) {
        return of(FailureStatus.of(refusal), refusal, standings);
    }

    /** The answer to a request that a rule refuses, which is about the caller even where all callers share its limit. */
    public RefusalAnswer ofRule(RateLimitedException refusal, Collection<Standing> standings) {
        return of(HttpStatus.TOO_MANY_REQUESTS, refusal, standings);
    }

    /** The answer where time ran out. */
    public RefusalAnswer of(CallTimedOutException expiry) {
        HttpStatus status = HttpStatus.GATEWAY_TIMEOUT;
        return new RefusalAnswer(status, Map.of(), problem(status, expiry.getMessage(), expiry.kind(), expiry.name()));
    }

    private RefusalAnswer of(HttpStatus status, CallRejectedException refusal, Collection<Standing> standings) {
        Map<String, String> told = new LinkedHashMap<>();
        ProblemDetail body = problem(status, refusal.getMessage(), refusal.kind(), refusal.name());
        refusal.retryAfter().map(StructuredField::seconds).ifPresent(seconds -> {
            told.put(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
            body.setProperty("retryAfterSeconds", seconds);
        });
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
