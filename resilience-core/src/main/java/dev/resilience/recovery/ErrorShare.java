package dev.resilience.recovery;

import dev.resilience.time.CallSlots;
import org.jspecify.annotations.Nullable;

/**
 * Which share of the calls fails: of the last minute, and of the five before. Thread-safe.
 *
 * <p>A call costs what {@link CallSlots} say.
 */
final class ErrorShare extends CallSlots {

    private static final long SLOT_NANOS = 10_000_000_000L;
    private static final int RECENT = 6;
    private static final int BEFORE = 30;
    private static final int ENOUGH_CALLS = 20;
    private static final double MUCH_MORE = 2;
    private static final double ENOUGH_MORE = 10;

    // Guarded by this:
    private boolean isTold;
    private long toldAt;

    ErrorShare(long now) {
        super(SLOT_NANOS, RECENT + BEFORE + 1, now);
    }

    /**
     * A call failed.
     *
     * @param pauseNanos how long it isn't told again
     * @return the shares if the recent one has risen and is to be told now, or null
     */
    synchronized @Nullable Rise failed(long tick, long pauseNanos) {
        happened(1, tick);
        Rise rise = new Rise(percent(RECENT + BEFORE - 1, RECENT), percent(RECENT - 1, 0));
        if (!hasRisen(rise) || isTold && tick - toldAt < pauseNanos) {
            return null;
        }
        isTold = true;
        toldAt = tick;
        return rise;
    }

    private boolean hasRisen(Rise rise) {
        boolean known = calls(RECENT + BEFORE - 1, RECENT) >= ENOUGH_CALLS && calls(RECENT - 1, 0) >= ENOUGH_CALLS;
        return known && rise.now >= rise.before * MUCH_MORE && rise.now - rise.before >= ENOUGH_MORE;
    }

    /** The share of the last minute in percent; zero of no calls. */
    synchronized double percent(long tick) {
        upTo(tick);
        return percent(RECENT - 1, 0);
    }

    private double percent(int from, int to) {
        long all = calls(from, to);
        return all == 0 ? 0 : Math.min(100, 100.0 * events(from, to) / all);
    }

    /** A share that has risen, in percent. */
    record Rise(double before, double now) {}
}
