package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.RetryAfterHeader;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;

/** Knows the exceptions of RestClient, RestTemplate, and HTTP interface clients on top of them. */
final class RestClientFailures implements FailureClassifier {

    private final InstantSource wall;

    RestClientFailures(InstantSource wall) {
        this.wall = wall;
    }

    @Override
    public @Nullable Knowledge classify(Throwable throwable) {
        if (throwable instanceof RestClientResponseException response) {
            HttpHeaders headers = response.getResponseHeaders();
            List<String> waits = headers == null ? List.of() : headers.getOrEmpty(HttpHeaders.RETRY_AFTER);
            int status = response.getStatusCode().value();
            return new Knowledge(status, RetryAfterHeader.parse(waits, wall).orElse(null), false);
        }
        return throwable instanceof ResourceAccessException ? new Knowledge(null, null, true) : null;
    }
}
