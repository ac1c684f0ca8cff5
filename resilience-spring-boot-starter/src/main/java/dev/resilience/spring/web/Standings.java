package dev.resilience.spring.web;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the caller of one request stands with all limiters that have decided about it so far. A limiter that decides again
 * replaces what it said. Thread-safe.
 */
public final class Standings {

    private final Map<String, Standing> byPolicy = new LinkedHashMap<>();

    /** Notes how the caller stands with one limiter. */
    public synchronized void note(Standing standing) {
        byPolicy.put(standing.policy(), standing);
    }

    /** All of them, in the order the limiters first decided. */
    public synchronized Collection<Standing> all() {
        return List.copyOf(byPolicy.values());
    }
}
