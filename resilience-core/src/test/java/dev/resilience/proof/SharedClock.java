package dev.resilience.proof;

import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that those who read it push on: by a step each time, and now and then by a leap. It begins a second before its
 * long overflows. The pulse is a real one, so in this time it is badly starved; {@link #longestGap} tells how badly.
 */
final class SharedClock implements Ticker, AutoCloseable {

    private static final long ORIGIN = Long.MAX_VALUE - 1_000_000_000L;
    private static final int STILL = 8;

    private final AtomicLong now = new AtomicLong(ORIGIN);
    private final long step;
    private final long leap;
    private final ThreadPulse pulse = new ThreadPulse(this);
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private volatile long lastBeat = ORIGIN;
    private volatile long longestGap;

    /**
     * Starts it.
     *
     * @param step how far one of several readings pushes the clock on, in nanoseconds
     * @param leap how far one of a thousand pushes does
     */
    SharedClock(long step, long leap) {
        this.step = step;
        this.leap = leap;
        pulse.onBeat(this::beat);
    }

    Time time() {
        return new Time(this, pulse, scheduler, InstantSource.system(), RandomSource.system());
    }

    @Override
    public long nanos() {
        int chance = ThreadLocalRandom.current().nextInt(1024 * STILL);
        if (chance == 0 && leap > 0) {
            return now.addAndGet(ThreadLocalRandom.current().nextLong(leap));
        }
        return chance % STILL == 0 ? now.addAndGet(step) : now.get();
    }

    /** The longest time between two beats of the pulse, the one since the last beat included. */
    long longestGap() {
        return Math.max(longestGap, now.get() - lastBeat);
    }

    private void beat(long at) {
        longestGap = Math.max(longestGap, at - lastBeat);
        lastBeat = at;
    }

    @Override
    public void close() {
        pulse.close();
        scheduler.close();
    }
}
