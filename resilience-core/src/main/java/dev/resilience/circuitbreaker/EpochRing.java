package dev.resilience.circuitbreaker;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongUnaryOperator;

/**
 * Counts by epoch, as far back as the ring is long. Thread-safe without locks.
 *
 * <p>How is a slot emptied when its turn comes again? Resetting it first and counting afterwards loses what others
 * counted in between, and a thread that was held up for a whole turn would wipe out the present. So a slot is one word,
 * its epoch beside its count, and whoever finds an older epoch in it resets and counts in a single CAS; whoever finds a
 * newer one has nothing to say any more.
 *
 * <p>A word holds 28 bits of epoch and 36 bits of count, which no slot of a day's window ever fills. Epochs compare by
 * difference, and what seems newer by more than a million epochs is old: with the shortest span, only a rest of 102 days
 * can be wrong about that.
 */
final class EpochRing {

    private static final int COUNT_BITS = 36;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final long EPOCH_MASK = (1L << 64 - COUNT_BITS) - 1;
    private static final long FURTHEST_AHEAD = 1L << 20;

    private final AtomicLongArray slots;

    EpochRing(int length) {
        this.slots = new AtomicLongArray(length);
    }

    /** Counts so many in this epoch, unless the slot has gone on to a newer one. */
    void add(long epoch, long amount) {
        int index = (int) Math.floorMod(epoch, (long) slots.length());
        long seen;
        long next;
        do {
            seen = slots.get(index);
            long age = age(seen, epoch);
            if (age < 0) {
                return;
            }
            next = age == 0 ? seen + amount : (epoch & EPOCH_MASK) << COUNT_BITS | amount;
        } while (!slots.compareAndSet(index, seen, next));
    }

    /** The counts of all epochs up to this one that the ring still has. */
    long sum(long epoch) {
        long sum = 0;
        for (int index = 0; index < slots.length(); index++) {
            sum += inside(slots.get(index), epoch);
        }
        return sum;
    }

    /** Counts in the other ring what this one has up to this epoch, each in the epoch that the other one has for it. */
    void copyTo(EpochRing other, long epoch, LongUnaryOperator epochs) {
        for (int index = 0; index < slots.length(); index++) {
            long slot = slots.get(index);
            if (inside(slot, epoch) > 0) {
                other.add(epochs.applyAsLong(epoch - age(slot, epoch)), inside(slot, epoch));
            }
        }
    }

    private long inside(long slot, long epoch) {
        return age(slot, epoch) < slots.length() ? slot & COUNT_MASK : 0;
    }

    /** How many epochs the slot is behind; negative where it is ahead. */
    private static long age(long slot, long epoch) {
        long behind = epoch - (slot >>> COUNT_BITS) & EPOCH_MASK;
        return behind > EPOCH_MASK - FURTHEST_AHEAD ? behind - EPOCH_MASK - 1 : behind;
    }
}
