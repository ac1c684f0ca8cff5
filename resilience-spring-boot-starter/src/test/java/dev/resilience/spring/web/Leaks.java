package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.HostileValues;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an answer must not give away: nothing of what the caller sent, in headers that are expected, each on one line. */
public final class Leaks {

    private static final Set<String> KNOWN = Set.of(
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-RateLimit-Window",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "Content-Type",
            "Content-Length");

    private static final List<String> MARKS = HostileValues.marks();

    private Leaks() {}

    public static void assertNone(String body, Map<String, List<String>> headers) {
        assertThat(body).doesNotContain(MARKS).doesNotContain(HostileValues.BAIT);
        assertThat(headers.keySet()).isSubsetOf(KNOWN);
        headers.forEach((name, values) -> assertThat(values).hasSize(1).allSatisfy(value -> assertThat(value)
                .doesNotContainPattern("[\\r\\n\\x00]")
                .doesNotContain(MARKS)));
    }
}
