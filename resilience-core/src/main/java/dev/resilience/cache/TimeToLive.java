package dev.resilience.cache;

import dev.resilience.configuration.Knobs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How long the results of an operation are kept. Immutable but for what it has looked up. */
final class TimeToLive {

    private final long commonNanos;
    private final double jitter;
    private final Map<String, Duration> single;
    private final Map<String, Long> lookedUp = new ConcurrentHashMap<>();

    TimeToLive(CacheConfiguration configuration) {
        this.commonNanos = configuration.ttl().toNanos();
        this.jitter = configuration.ttlJitter() / 100;
        this.single = configuration.ttls();
    }

    /** The time for this operation; zero lets its calls pass. */
    long nanos(String operation) {
        if (single.isEmpty()) {
            return commonNanos;
        }
        Long known = lookedUp.get(operation);
        return known == null ? lookedUp.computeIfAbsent(operation, this::lookUp) : known;
    }

    /** The time shortened by chance, never to nothing. */
    long jitteredNanos(long nanos, double chance) {
        return Math.max(1, nanos - (long) (nanos * jitter * chance));
    }

    private long lookUp(String operation) {
        return names(operation)
                .flatMap(name -> single.entrySet().stream().filter(entry -> isSame(entry.getKey(), name)))
                .map(entry -> entry.getValue().toNanos())
                .findFirst()
                .orElse(commonNanos);
    }

    /** What an operation may be called, the most exact name first: an overload, its method and class, its method. */
    private static Stream<String> names(String operation) {
        int parameters = operation.indexOf('(');
        String qualified = parameters < 0 ? operation : operation.substring(0, parameters);
        return Stream.of(operation, qualified, qualified.substring(qualified.lastIndexOf('.') + 1));
    }

    private static boolean isSame(String written, String name) {
        return Knobs.uniform(written).equals(Knobs.uniform(name));
    }
}
