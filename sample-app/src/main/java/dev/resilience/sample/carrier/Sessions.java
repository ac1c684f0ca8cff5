package dev.resilience.sample.carrier;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Who is known to the carrier, until it forgets them. */
final class Sessions {

    /** The header in which a request says whose it is. */
    static final String HEADER = "X-Session";

    private final AtomicLong begun = new AtomicLong();
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** A session, by its token. */
    record Session(String token) {}

    Session begin() {
        String token = "session-" + begun.incrementAndGet();
        known.add(token);
        return new Session(token);
    }

    boolean knows(@Nullable String token) {
        return token != null && known.contains(token);
    }

    void forget() {
        known.clear();
    }

    /** How many there ever were. */
    long begun() {
        return begun.get();
    }
}
