package dev.resilience.recovery;

import java.util.BitSet;

/**
 * How many of the last calls that one rule acted on were saved. Thread-safe, by its monitor.
 *
 * <p>A rate near its bound would cross it with nearly every call, and nobody wants to hear of that: after it has crossed it once,
 * a number of calls has to end before it may cross it back.
 */
final class RecoveryRate {

    private final int window;
    private final int minimum;
    private final double threshold;

    // Guarded by this:
    private final BitSet saved;
    private int known;
    private int next;
    private int sinceCrossed;
    private boolean isLow;

    /** What came of one more call. */
    enum Change {
        NONE,
        FELL,
        ROSE
    }

    /** @param threshold below which percentage it is too low */
    RecoveryRate(int window, int minimum, double threshold) {
        this.window = window;
        this.minimum = minimum;
        this.threshold = threshold;
        this.saved = new BitSet(window);
    }

    /** A call has ended that the rule acted on. */
    synchronized Change ended(boolean wasSaved) {
        saved.set(next, wasSaved);
        next = (next + 1) % window;
        known = Math.min(window, known + 1);
        sinceCrossed++;
        boolean low = percent() < threshold;
        if (low == isLow || sinceCrossed < minimum) {
            return Change.NONE;
        }
        isLow = low;
        sinceCrossed = 0;
        return low ? Change.FELL : Change.ROSE;
    }

    /** How many calls it knows of. */
    synchronized int calls() {
        return known;
    }

    /** How many of them were saved. */
    synchronized int saved() {
        return saved.cardinality();
    }

    /** In percent; 100 of none. */
    synchronized double percent() {
        return known == 0 ? 100 : 100.0 * saved.cardinality() / known;
    }

    /** Whether it is below its bound, and was told to be. */
    synchronized boolean isLow() {
        return isLow;
    }
}
