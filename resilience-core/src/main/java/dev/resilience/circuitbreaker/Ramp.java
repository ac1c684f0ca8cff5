package dev.resilience.circuitbreaker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The time after closing in which a growing share of calls passes: a tenth at first, all of them in the end.
 *
 * <p>What was down has cold caches and a queue of retries before it; three probes have shown that it lives, not that it
 * can bear everybody at once. Dice would give the right share on average, and now and then a burst. So every arrival adds
 * its share to one sum, and the arrival that takes the sum over a whole number passes. That is a single addition, which
 * nobody can lose, and at any time no more calls have passed than the shares of all arrivals add up to, and one.
 */
final class Ramp {

    private static final int FRACTION_BITS = 32;
    private static final long ALL = 1L << FRACTION_BITS;
    private static final long FIRST = ALL / 10;

    private final long start;
    private final long nanos;

    /** The shares of all arrivals; begins so that the first one passes. It may overflow, as only carries count. */
    private final AtomicLong sum = new AtomicLong(ALL - 1);

    Ramp(long start, long nanos) {
        this.start = start;
        this.nanos = nanos;
    }

    /** Counts an arrival, and tells whether it is one that passes. */
    boolean letsIn(long now) {
        long share = share(now);
        long before = sum.getAndAdd(share);
        return before + share >> FRACTION_BITS != before >> FRACTION_BITS;
    }

    boolean isOver(long now) {
        return now - start >= nanos;
    }

    /** When it is over. */
    long end() {
        return start + nanos;
    }

    /** The share of calls that passes now, in percent. */
    double percent(long now) {
        return 100.0 * share(now) / ALL;
    }

    /** A call that read the clock before the breaker closed comes at the start. */
    private long share(long now) {
        double passed = Math.min(1, Math.max(0, now - start) / (double) nanos);
        return FIRST + (long) ((ALL - FIRST) * passed);
    }
}
