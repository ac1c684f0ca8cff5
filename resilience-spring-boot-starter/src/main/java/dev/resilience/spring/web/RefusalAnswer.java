package dev.resilience.spring.web;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriUtils;

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

    /** This answer, about the request with this path. */
    public RefusalAnswer about(String path) {
        body.setInstance(instance(path));
        return this;
    }

    /** Two slashes at the beginning would be a host, and not every path that a server lets through is a URI. */
    private static URI instance(String path) {
        String named = "/" + StringUtils.trimLeadingCharacter(path, '/');
        try {
            return URI.create(named);
        } catch (IllegalArgumentException none) {
            return URI.create(UriUtils.encodePath(named, StandardCharsets.UTF_8));
        }
    }
}
