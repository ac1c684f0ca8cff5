package dev.resilience.time;

/**
 * The last stretch of time, cut into slots, in which somebody counts: what was counted in the oldest slot is forgotten when
 * a new one begins, so that neither memory nor the way to a sum grows.
 *
 * <p>Slots are turned under the monitor of this object by whoever comes first after their end; the heirs count under it.
 * Whether a slot is over can be seen without it.
 */
public abstract class Slots {

    private final long slotNanos;
    private final int number;
    private final long origin;
    private volatile long end;

    // Guarded by this:
    private long current;

    /**
     * @param slotNanos how long one is
     * @param number how many are remembered, the current one included
     * @param now when the first one begins
     */
    protected Slots(long slotNanos, int number, long now) {
        this.slotNanos = slotNanos;
        this.number = number;
        this.origin = now;
        this.end = now + slotNanos;
    }

    /** Whether the current slot has ended by then. */
    protected final boolean isOver(long now) {
        return now - end >= 0;
    }

    /**
     * Begins the slot this instant lies in, and every one passed over; an instant before the current slot changes nothing.
     *
     * @return whether a slot began
     */
    protected final synchronized boolean turn(long now) {
        long target = Math.floorDiv(now - origin, slotNanos);
        if (target <= current) {
            return false;
        }
        for (long passed = Math.max(current + 1, target - number + 1); passed <= target; passed++) {
            begin((int) (passed % number));
        }
        current = target;
        end = origin + (target + 1) * slotNanos;
        return true;
    }

    /** A slot begins in this place, from 0 to below their number; what was counted there is forgotten. */
    protected abstract void begin(int place);

    /** The place of the slot that began so many slots before the current one; of the first one, where there was none then. */
    protected final int place(int ago) {
        return (int) (Math.max(0, current - ago) % number);
    }

    /** Whether there was a slot so many slots before the current one. */
    protected final boolean existed(int ago) {
        return ago <= current;
    }
}
