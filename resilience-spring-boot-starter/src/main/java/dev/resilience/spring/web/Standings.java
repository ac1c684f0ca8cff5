package dev.resilience.spring.web;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the caller of one request stands with all limiters that have decided about it so far.
 *
 * <p>A limiter may decide more than once: again because a call is repeated, or about two keys, such as an address and a
 * name. Whose limit it is nobody may be told, so each limiter is told once, and then what is nearest to exhaustion.
 * Thread-safe.
 */
public final class Standings {

    private final Map<String, Standing> byPolicy = new LinkedHashMap<>();

    /** Notes how the caller stands with one limiter. */
    public synchronized void note(Standing standing) {
        byPolicy.merge(standing.policy(), standing, Standings::nearer);
    }

    /** All of them, in the order the limiters first decided. */
    public synchronized Collection<Standing> all() {
        return List.copyOf(byPolicy.values());
    }

    /** The later of two that are equally near. */
    private static Standing nearer(Standing before, Standing now) {
        return before.share() < now.share() ? before : now;
    }
}
