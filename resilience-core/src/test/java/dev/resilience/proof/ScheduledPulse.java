package dev.resilience.proof;

import dev.resilience.time.Pulse;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A pulse whose beats are known beforehand: one every period, but now and then, at places that only look random, it is
 * starved and leaves out dozens. So it can tell by arithmetic alone what it told whom, and needs no thread.
 */
final class ScheduledPulse implements Pulse {

    private static final long STARVED = 32;

    private final LongSupplier now;
    private final long origin;
    private final long period;
    private final boolean starving;

    /** Beats of this clock, from now on, so many nanoseconds apart. */
    ScheduledPulse(LongSupplier now, long period, boolean starving) {
        this.now = now;
        this.period = period;
        this.origin = now.getAsLong();
        this.starving = starving;
    }

    @Override
    public long tick() {
        long beat = elapsed() / period;
        while (!happens(beat)) {
            beat--;
        }
        return origin + beat * period;
    }

    @Override
    public long lastToldBefore(long instant, long tolerance) {
        long asked = instant - origin;
        if (asked <= 0) {
            return instant;
        }
        long beat = (asked + period - 1) / period;
        while (!happens(beat)) {
            beat++;
        }
        return origin + Math.max(asked, Math.min(elapsed(), beat * period));
    }

    private boolean happens(long beat) {
        long group = beat / STARVED;
        return !starving || group == 0 || (group * 0x9E3779B97F4A7C15L >>> 61) != 0;
    }

    /** The longest time between two beats so far. */
    long longestGap() {
        long longest = period;
        long last = 0;
        for (long beat = 0; beat <= elapsed() / period; beat++) {
            if (happens(beat)) {
                longest = Math.max(longest, (beat - last) * period);
                last = beat;
            }
        }
        return Math.max(longest, elapsed() - last * period);
    }

    private long elapsed() {
        return now.getAsLong() - origin;
    }

    @Override
    public void onBeat(LongConsumer work) {
        // Nothing that is proven here has work for a beat.
    }

    @Override
    public void wake() {
        // It never rests.
    }
}
