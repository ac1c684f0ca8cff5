package dev.resilience.benchmarks;

import dev.resilience.time.Ticker;

/**
 * Reads the clock of the JVM like any ticker, and then moves on by a fixed step: what is called fifty million times a
 * second sees the load of a method that is called once per step. For one thread.
 *
 * <p>A strict limit of sixty a minute can't be measured while it permits in any other way: the first sixty calls would
 * take three microseconds and all others would be refused.
 */
final class TurnedTicker implements Ticker {

    private final long stepNanos;
    private long now;

    TurnedTicker(long stepNanos) {
        this.stepNanos = stepNanos;
    }

    @Override
    public long nanos() {
        long sign = System.nanoTime() >>> 63;
        now += stepNanos + sign;
        return now;
    }
}
