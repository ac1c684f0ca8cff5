package dev.resilience.circuitbreaker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the last seconds: a ring of slots, each for one epoch of a thirtieth of the span.
 *
 * <p>How is a slot emptied when its turn comes again? Resetting it first and counting afterwards loses what others
 * counted in between, and a thread that was held up for a whole turn would wipe out the present. So a slot is one word,
 * its epoch beside its counts, and whoever finds an older epoch in it resets and counts in a single CAS; whoever finds a
 * newer one has nothing to say any more.
 *
 * <p>A word holds 28 bits of epoch and two counts of 18 bits: 262 143 calls a slot, beyond which a slot counts nobody
 * and keeps its rates. Epochs compare by difference, and what seems newer by more than a million epochs is old: with the
 * shortest span, only a rest of 102 days can be wrong about that.
 *
 * <p>The window covers the running slot and the 29 before it. Slow calls have words of their own, so that the everyday
 * call costs one CAS.
 */
final class TimeWindow implements OutcomeWindow {

    static final int SLOTS = 30;

    private static final int COUNT_BITS = 18;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final int EPOCH_SHIFT = 2 * COUNT_BITS;
    private static final long COUNTS_MASK = (1L << EPOCH_SHIFT) - 1;
    private static final long EPOCH_MASK = (1L << 64 - EPOCH_SHIFT) - 1;
    private static final long FURTHEST_AHEAD = 1L << 20;
    private static final long ONE_CALL = 1L << COUNT_BITS;
    private static final long ONE_FAILURE = 1;

    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private final AtomicLongArray slowSlots = new AtomicLongArray(SLOTS);
    private final long slotNanos;
    private final long origin;

    /** The newest epoch with a failure or a slow call: once it has left the window, there is nothing to sum up. */
    private final AtomicLong lastSpoilt = new AtomicLong(-SLOTS);

    TimeWindow(long spanNanos, long tick) {
        this.slotNanos = spanNanos / SLOTS;
        this.origin = tick;
    }

    @Override
    public @Nullable WindowCounts record(boolean failed, boolean slow, long tick) {
        long epoch = epoch(tick);
        boolean counted = add(slots, epoch, failed ? ONE_CALL | ONE_FAILURE : ONE_CALL);
        if (counted && slow) {
            add(slowSlots, epoch, ONE_CALL);
        }
        if (failed || slow) {
            lastSpoilt.accumulateAndGet(epoch, Math::max);
        }
        return epoch - lastSpoilt.get() < SLOTS ? sum(epoch) : null;
    }

    /** Epochs begin one turn above zero, so that a tick a little behind the origin still finds the empty slots old. */
    private long epoch(long tick) {
        return Math.floorDiv(tick - origin, slotNanos) + SLOTS;
    }

    private static boolean add(AtomicLongArray ring, long epoch, long amount) {
        int index = (int) Math.floorMod(epoch, (long) SLOTS);
        long seen;
        long next;
        do {
            seen = ring.get(index);
            long age = age(seen, epoch);
            if (age < 0 || age == 0 && calls(seen) + calls(amount) > COUNT_MASK) {
                return false;
            }
            next = age == 0 ? seen + amount : (epoch & EPOCH_MASK) << EPOCH_SHIFT | amount;
        } while (!ring.compareAndSet(index, seen, next));
        return true;
    }

    /** How many epochs the slot is behind; negative where it is ahead. */
    private static long age(long slot, long epoch) {
        long behind = epoch - (slot >>> EPOCH_SHIFT) & EPOCH_MASK;
        return behind > EPOCH_MASK - FURTHEST_AHEAD ? behind - EPOCH_MASK - 1 : behind;
    }

    private static long calls(long slot) {
        return slot >>> COUNT_BITS & COUNT_MASK;
    }

    private static long failures(long slot) {
        return slot & COUNT_MASK;
    }

    @Override
    public WindowCounts tally(long tick) {
        return sum(epoch(tick));
    }

    private WindowCounts sum(long epoch) {
        long calls = 0;
        long failures = 0;
        long slow = 0;
        for (int i = 0; i < SLOTS; i++) {
            long slot = inside(slots.get(i), epoch);
            calls += calls(slot);
            failures += failures(slot);
            slow += calls(inside(slowSlots.get(i), epoch));
        }
        return new WindowCounts(calls, failures, slow);
    }

    /** The slot, or an empty one where it has left the window. */
    private static long inside(long slot, long epoch) {
        return age(slot, epoch) < SLOTS ? slot : 0;
    }

    @Override
    public OutcomeWindow resized(Window window, long tick) {
        if (window.span() == null) {
            return OutcomeWindow.of(window, tick);
        }
        TimeWindow other = new TimeWindow(window.span().toNanos(), tick);
        return other.slotNanos == slotNanos ? this : copied(other, epoch(tick));
    }

    private TimeWindow copied(TimeWindow copy, long epoch) {
        for (int i = 0; i < SLOTS; i++) {
            copy.adopt(copy.slots, slots.get(i), epoch, this);
            copy.adopt(copy.slowSlots, slowSlots.get(i), epoch, this);
        }
        copy.lastSpoilt.set(copy.epoch(beginOf(epoch)));
        return copy;
    }

    private void adopt(AtomicLongArray ring, long slot, long epoch, TimeWindow from) {
        long age = age(slot, epoch);
        if (age < SLOTS && calls(slot) > 0) {
            add(ring, epoch(from.beginOf(epoch - age)), slot & COUNTS_MASK);
        }
    }

    private long beginOf(long epoch) {
        return origin + (epoch - SLOTS) * slotNanos;
    }
}
