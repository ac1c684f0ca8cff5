package dev.resilience.budget;

import dev.resilience.time.CallSlots;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the retries of all calls together, so that a dead dependency isn't called several times as often as a living
 * one.
 *
 * <p>How many retries are too many? A fixed number is nothing to a busy service and everything to a quiet one, so the
 * bound is a share of the recent calls. But a share of nearly nothing is nothing, so there is a floor per second as
 * well, and the larger of the two counts. What is recent? Counting since the start would let a good day pay for a storm,
 * a counter reset every ten seconds would let through twice the bound around the reset. So time is cut into slots of a
 * second and both are counted over the last slots, the calls a little too short, the retries a little too long: calls
 * of the current slot and the nine before, retries of the current and the ten before.
 *
 * <p>The bound that holds: when a retry is granted, the retries of the ten seconds up to then, itself included, are no
 * more than the larger of {@code floor} × 10 and {@code share} of the calls of those ten seconds. Retries are all tries
 * that a call passing here has beyond its first, whoever sent it in again: see {@link Charge}.
 *
 * <p>A call, not its retries, is counted by {@link #called}, and costs what {@link CallSlots} say. Retries are granted under
 * a lock: they are rare. Thread-safe.
 */
public final class RetryBudget extends CallSlots {

    private static final int WINDOW = 10;
    private static final long SLOT_NANOS = 1_000_000_000L;
    private static final AtomicLong RANKS = new AtomicLong();

    private final long rank = RANKS.getAndIncrement();

    // Guarded by this:
    private double share;
    private int floor;

    /**
     * @param share retries per call, such as 0.2
     * @param floor retries per second
     */
    public RetryBudget(double share, int floor, long now) {
        super(SLOT_NANOS, WINDOW + 1, now);
        this.share = share;
        this.floor = floor;
    }

    /** Counts a retry that nobody asked this budget for. */
    public void retried(long now) {
        retried(1, now);
    }

    void retried(int number, long now) {
        happened(number, now);
    }

    /** How many retries would be granted now. */
    public synchronized long available(long now) {
        upTo(now);
        long allowed = Math.max((long) (share * calls(WINDOW - 1, 0)), (long) floor * WINDOW);
        return Math.max(0, allowed - events(WINDOW, 0));
    }

    /** Takes other bounds; what was counted stays. */
    public synchronized void resize(double newShare, int newFloor) {
        this.share = newShare;
        this.floor = newFloor;
    }

    /** Has no bounds from now on, until it takes others. It goes on counting. */
    public void lift() {
        resize(0, Integer.MAX_VALUE);
    }

    /** Its place among all budgets, in which whoever needs several of them holds them. */
    long rank() {
        return rank;
    }
}
