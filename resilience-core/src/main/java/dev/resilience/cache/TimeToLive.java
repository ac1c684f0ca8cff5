package dev.resilience.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long the results of an operation are kept. Immutable but for what it has looked up. */
final class TimeToLive {

    private final long commonNanos;
    private final double jitter;
    private final boolean alike;
    private final CacheConfiguration configuration;
    private final Map<String, Long> lookedUp = new ConcurrentHashMap<>();

    TimeToLive(CacheConfiguration configuration) {
        this.commonNanos = configuration.ttl().toNanos();
        this.jitter = configuration.ttlJitter() / 100;
        this.alike = configuration.ttls().isEmpty();
        this.configuration = configuration;
    }

    /** The time for this operation; zero lets its calls pass. */
    long nanos(String operation) {
        if (alike) {
            return commonNanos;
        }
        Long known = lookedUp.get(operation);
        return known == null ? lookedUp.computeIfAbsent(operation, this::lookUp) : known;
    }

    private long lookUp(String operation) {
        return configuration.ttl(operation).toNanos();
    }

    /** The time shortened by chance, never to nothing. */
    long jitteredNanos(long nanos, double chance) {
        return Math.max(1, nanos - (long) (nanos * jitter * chance));
    }
}
