package dev.resilience.recovery;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Which share of the calls fails: of the last minute, and of the five before. Thread-safe.
 *
 * <p>Time is cut into slots. A call costs one increment of an adder and a look at the coarse tick; the slots are turned under
 * the monitor by the first call of each.
 */
final class ErrorShare {

    private static final long SLOT_NANOS = 10_000_000_000L;
    private static final int RECENT = 6;
    private static final int BEFORE = 30;
    private static final int SLOTS = RECENT + BEFORE + 1;
    private static final int ENOUGH_CALLS = 20;
    private static final double MUCH_MORE = 2;
    private static final double ENOUGH_MORE = 10;

    private final LongAdder calls = new LongAdder();
    private final long origin;
    private volatile long slotEnd;

    // Guarded by this:
    private final long[] callsBefore = new long[SLOTS];
    private final long[] errors = new long[SLOTS];
    private long slot;
    private boolean isTold;
    private long toldAt;

    ErrorShare(long now) {
        this.origin = now;
        this.slotEnd = now + SLOT_NANOS;
    }

    /** A call came in. */
    void called(long tick) {
        if (tick - slotEnd >= 0) {
            turn(tick);
        }
        calls.increment();
    }

    /**
     * A call failed.
     *
     * @param pauseNanos how long it isn't told again
     * @return the shares if the recent one has risen and is to be told now, or null
     */
    synchronized @Nullable Rise failed(long tick, long pauseNanos) {
        turn(tick);
        errors[index(slot)]++;
        Rise rise = new Rise(percent(slot - RECENT - BEFORE + 1, slot - RECENT), percent(slot - RECENT + 1, slot));
        boolean known = calls(slot - RECENT - BEFORE + 1, slot - RECENT) >= ENOUGH_CALLS
                && calls(slot - RECENT + 1, slot) >= ENOUGH_CALLS;
        boolean rose = rise.now >= rise.before * MUCH_MORE && rise.now - rise.before >= ENOUGH_MORE;
        if (!known || !rose || isTold && tick - toldAt < pauseNanos) {
            return null;
        }
        isTold = true;
        toldAt = tick;
        return rise;
    }

    /** The share of the last minute in percent; zero of no calls. */
    synchronized double percent(long tick) {
        turn(tick);
        return percent(slot - RECENT + 1, slot);
    }

    private double percent(long from, long to) {
        long all = calls(from, to);
        return all == 0 ? 0 : Math.min(100, 100.0 * errors(from, to) / all);
    }

    private long calls(long from, long to) {
        if (to < 0) {
            return 0;
        }
        long end = to == slot ? calls.sum() : callsBefore[index(to + 1)];
        return end - callsBefore[index(Math.max(0, from))];
    }

    private long errors(long from, long to) {
        long sum = 0;
        for (long at = Math.max(0, from); at <= to; at++) {
            sum += errors[index(at)];
        }
        return sum;
    }

    private synchronized void turn(long now) {
        long target = Math.floorDiv(now - origin, SLOT_NANOS);
        if (target <= slot) {
            return;
        }
        long counted = calls.sum();
        for (long passed = Math.max(slot + 1, target - SLOTS + 1); passed <= target; passed++) {
            callsBefore[index(passed)] = counted;
            errors[index(passed)] = 0;
        }
        slot = target;
        slotEnd = origin + (target + 1) * SLOT_NANOS;
    }

    private static int index(long slot) {
        return (int) (slot % SLOTS);
    }

    /** A share that has risen, in percent. */
    record Rise(double before, double now) {}
}
