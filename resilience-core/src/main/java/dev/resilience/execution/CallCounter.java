package dev.resilience.execution;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls, which are many, for somebody who asks seldom.
 *
 * <p>What does it cost to add one? An adder adds by compare-and-swap even where nobody else is near, and for a call that
 * has nothing else to do that is a fifth of its price. So a thread has its own count, which nobody else writes, and adds
 * to it by a plain store (see {@link ThreadCounts}). Who has no counts of his own, a virtual thread or one of too many
 * counters, uses the adder. Thread-safe; what is counted before {@link #sum} begins is in the sum.
 */
public final class CallCounter {

    private final ThreadCounts counts;
    private final int place;
    private final LongAdder others = new LongAdder();

    /** Counts from zero. */
    public CallCounter() {
        this(ThreadCounts.SHARED);
    }

    CallCounter(ThreadCounts counts) {
        this.counts = counts;
        this.place = counts.nextPlace();
    }

    /** Adds one. */
    public void increment() {
        increment(counts.cell());
    }

    /** Adds one on the thread of this cell. */
    void increment(@Nullable Object[] cell) {
        AtomicLongArray own = (AtomicLongArray) cell[ThreadCell.COUNTS];
        if (own != null && place < own.length()) {
            own.setRelease(place, own.getPlain(place) + 1);
            return;
        }
        incrementElsewhere(cell);
    }

    private void incrementElsewhere(@Nullable Object[] cell) {
        AtomicLongArray own = counts.grown(cell, place);
        if (own == null) {
            others.increment();
            return;
        }
        own.setRelease(place, own.getPlain(place) + 1);
    }

    /** All that was counted. */
    public long sum() {
        return others.sum() + counts.sum(place);
    }
}
