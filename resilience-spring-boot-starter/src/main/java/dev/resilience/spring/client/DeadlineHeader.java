package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Tells a server in a header how many milliseconds are left, rounded down, if that is wanted. */
final class DeadlineHeader {

    private static final String OURS = DeadlineHeader.class.getName();
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final @Nullable String name;

    /** @param name null for no header at all */
    DeadlineHeader(@Nullable String name) {
        this.name = name;
    }

    /** Writes what is left now, unless the caller has said something there himself. */
    void write(HttpHeaders headers, CallDeadline deadline) {
        if (name != null && !headers.containsHeader(name)) {
            headers.set(name, millis(deadline));
        }
    }

    /**
     * Writes what is left now, once more if what stands there is ours: between the making of a request and its sending there
     * may be interceptors that take their time.
     *
     * @param attributes those of the request, which its copies share
     */
    void write(HttpHeaders headers, CallDeadline deadline, Map<String, Object> attributes) {
        if (name != null && Objects.equals(headers.getFirst(name), attributes.get(OURS))) {
            String millis = millis(deadline);
            attributes.put(OURS, millis);
            headers.set(name, millis);
        }
    }

    private static String millis(CallDeadline deadline) {
        return Long.toString(deadline.remainingNanos() / NANOS_PER_MILLI);
    }
}
