package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.RetryAfterHeader;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/** Knows the exceptions of WebClient, and of HTTP interface clients on top of it, and its bare answers. */
final class WebClientFailures implements FailureClassifier {

    private final InstantSource wall;

    WebClientFailures(InstantSource wall) {
        this.wall = wall;
    }

    @Override
    public @Nullable Knowledge classify(Throwable throwable) {
        if (throwable instanceof WebClientResponseException response) {
            return knowledge(response.getStatusCode().value(), response.getHeaders());
        }
        return throwable instanceof WebClientRequestException ? new Knowledge(null, null, true) : null;
    }

    @Override
    public boolean knowsResults(Class<?> type) {
        return ClientResponse.class.isAssignableFrom(type);
    }

    @Override
    public Knowledge classifyResult(Object result) {
        ClientResponse answer = (ClientResponse) result;
        return knowledge(answer.statusCode().value(), answer.headers().asHttpHeaders());
    }

    private Knowledge knowledge(int status, HttpHeaders headers) {
        List<String> waits = headers.getOrEmpty(HttpHeaders.RETRY_AFTER);
        return new Knowledge(status, RetryAfterHeader.parse(waits, wall).orElse(null), false);
    }
}
