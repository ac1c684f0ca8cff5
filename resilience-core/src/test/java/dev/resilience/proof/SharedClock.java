package dev.resilience.proof;

import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that those who read it push on: by a step every few readings, and now and then by a leap. It begins a second
 * before its long overflows.
 */
final class SharedClock implements Ticker, AutoCloseable {

    /** Who winds the pulse. */
    enum Wound {
        /** Nobody has to: it beats every millisecond of this time. */
        STEADILY,
        /** Likewise, but it misses many beats. */
        BADLY,
        /** The thread of a running application, for which this time runs far too fast. */
        BY_A_THREAD
    }

    private static final long ORIGIN = Long.MAX_VALUE - 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000;
    private static final int STILL = 8;

    private final AtomicLong now = new AtomicLong(ORIGIN);
    private final long step;
    private final long leap;
    private final ThreadPulse thread = new ThreadPulse(now::get);
    private final ThreadScheduler scheduler = new ThreadScheduler();

    private final ScheduledPulse scheduled;
    private final Pulse pulse;

    /**
     * Starts it.
     *
     * @param step how far one of several readings pushes the clock on, in nanoseconds
     * @param leap how far one of a thousand pushes does
     */
    SharedClock(long step, long leap, Wound wound) {
        this.step = step;
        this.leap = leap;
        this.scheduled = new ScheduledPulse(now::get, MILLISECOND, wound == Wound.BADLY);
        this.pulse = wound == Wound.BY_A_THREAD ? thread : scheduled;
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

    /** For how long the tick stood still at most, unless a thread winds it. */
    long longestGap() {
        return scheduled.longestGap();
    }

    @Override
    public void close() {
        thread.close();
        scheduler.close();
    }
}
