package dev.resilience.spring.web.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * What Spring Security says about storing a response while its request waits for an answer. Its filter ends when a request begins to
 * wait, and takes a response that has not said anything yet for one that says nothing. What anybody else says there is meant.
 */
final class Meanwhile {

    private static final List<String> HEADERS =
            List.of(HttpHeaders.CACHE_CONTROL, HttpHeaders.PRAGMA, HttpHeaders.EXPIRES);

    /** What Spring Security's {@code CacheControlHeadersWriter} says of responses that say nothing. */
    private static final List<String> OF_SECURITY = List.of("no-cache, no-store, max-age=0, must-revalidate");

    private final HttpServletResponse response;
    private final Map<String, List<String>> before = new HashMap<>();
    private final Map<String, List<String>> taken = new HashMap<>();

    /** Begins when the filters further in have ended. */
    Meanwhile(HttpServletResponse response) {
        this.response = response;
        HEADERS.forEach(header -> before.put(header, said(header)));
    }

    /** Takes back what was said since. */
    void takeBack() {
        if (!said(HttpHeaders.CACHE_CONTROL).equals(OF_SECURITY)) {
            return;
        }
        before.forEach((header, values) -> {
            List<String> now = said(header);
            if (!now.equals(values)) {
                taken.put(header, now);
                say(header, values);
            }
        });
    }

    /** Says again what was taken back, where nobody has said anything else. */
    void giveBack() {
        taken.forEach((header, values) -> {
            if (said(header).equals(before.get(header))) {
                say(header, values);
            }
        });
        taken.clear();
    }

    private List<String> said(String header) {
        return List.copyOf(response.getHeaders(header));
    }

    private void say(String header, List<String> values) {
        response.setHeader(header, null); // removes it
        values.forEach(value -> response.addHeader(header, value));
    }
}
