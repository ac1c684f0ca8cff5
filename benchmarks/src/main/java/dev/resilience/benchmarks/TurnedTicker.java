package dev.resilience.benchmarks;

import dev.resilience.time.Pulse;
import dev.resilience.time.Ticker;
import java.util.function.LongConsumer;

/**
 * Reads the clock of the JVM like any ticker, and then moves on by a fixed step: what is called fifty million times a
 * second sees the load of a method that is called once per step. For one thread.
 *
 * <p>A strict limit of sixty a minute can't be measured while it permits in any other way: the first sixty calls would
 * take three microseconds and all others would be refused.
 *
 * <p>It is its own pulse, whose tick costs nothing and never stands still: a call moves on by one step, whether it reads
 * the tick, the clock, or one after the other.
 */
final class TurnedTicker implements Ticker, Pulse {

    private final long stepNanos;
    private long now;
    private boolean ticked;

    TurnedTicker(long stepNanos) {
        this.stepNanos = stepNanos;
    }

    @Override
    public long nanos() {
        long sign = System.nanoTime() >>> 63;
        now += (ticked ? 0 : stepNanos) + sign;
        ticked = false;
        return now;
    }

    @Override
    public long tick() {
        now += stepNanos;
        ticked = true;
        return now;
    }

    @Override
    public long lastToldBefore(long instant, long tolerance) {
        return instant;
    }

    @Override
    public void onBeat(LongConsumer work) {
        // It has no beat.
    }

    @Override
    public void wake() {
        // It has no beat.
    }
}
