package dev.resilience.spring.web;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * What a refused caller is told.
 *
 * @param status 429 where the caller has used up its share, 503 where the service is at its limits, 504 where it ran out
 *     of time
 * @param headers by name, each with one value
 * @param body a problem document (RFC 9457)
 */
public record RefusalAnswer(HttpStatus status, Map<String, String> headers, ProblemDetail body) {

    public RefusalAnswer {
        headers = Map.copyOf(headers);
    }
}
