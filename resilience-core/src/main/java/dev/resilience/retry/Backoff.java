package dev.resilience.retry;

import dev.resilience.time.RandomSource;
import java.time.Duration;

/** Says how long to wait before a retry. Stateless; thread-safe. */
@FunctionalInterface
interface Backoff {

    /** The growth of decorrelated waits. */
    int DECORRELATED_GROWTH = 3;

    /**
     * The wait in nanoseconds.
     *
     * @param retry which retry it is of this call, 1 is the first
     * @param previousNanos the wait before the last retry; 0 at the first
     */
    long nanos(int retry, long previousNanos, RandomSource random);

    /** The backoff this configuration describes: never longer than its {@code max-delay}. */
    static Backoff of(RetryConfiguration configuration) {
        long most = configuration.maxDelay().toNanos();
        Backoff backoff = uncapped(configuration);
        return (retry, previousNanos, random) -> Math.min(most, backoff.nanos(retry, previousNanos, random));
    }

    private static Backoff uncapped(RetryConfiguration configuration) {
        if (!configuration.delays().isEmpty()) {
            return jittered(configuration, listed(configuration));
        }
        long delay = configuration.delay().toNanos();
        if (configuration.jitter().equals(Jitter.DECORRELATED)) {
            return (retry, previousNanos, random) ->
                    between(delay, (double) DECORRELATED_GROWTH * Math.max(delay, previousNanos), random.next());
        }
        return switch (configuration.strategy()) {
            case FIXED -> jittered(configuration, retry -> delay);
            case LINEAR -> jittered(configuration, retry -> (double) delay * retry);
            case EXPONENTIAL -> jittered(configuration, exponential(delay, configuration.multiplier()));
            case RANDOM ->
                (retry, previousNanos, random) ->
                        between(delay, configuration.maxDelay().toNanos(), random.next());
        };
    }

    /** Chance works on the capped wait: full jitter then spreads evenly up to the cap instead of heaping up at it. */
    private static Backoff jittered(RetryConfiguration configuration, Growth growth) {
        long most = configuration.maxDelay().toNanos();
        Jitter jitter = configuration.jitter();
        return (retry, previousNanos, random) ->
                jitter.applied((long) Math.min(most, growth.nanos(retry)), random.next());
    }

    /** A power that outgrows a double is infinite, and infinity is capped. */
    private static Growth exponential(long delay, double multiplier) {
        return retry -> delay == 0 ? 0 : delay * Math.pow(multiplier, retry - 1.0);
    }

    private static Growth listed(RetryConfiguration configuration) {
        long[] nanos =
                configuration.delays().stream().mapToLong(Duration::toNanos).toArray();
        return retry -> nanos[Math.min(retry, nanos.length) - 1];
    }

    private static long between(double least, double most, double chance) {
        return Math.round(least + (most - least) * chance);
    }

    /** The wait of a strategy in nanoseconds before cap and chance: a double, so that it saturates. */
    @FunctionalInterface
    interface Growth {
        double nanos(int retry);
    }
}
