package dev.resilience.ratelimit;

import java.util.Arrays;

/**
 * The windows of all limits a limiter has ever had, by limits and by id. An array of charges names its windows by id, so
 * that it can be taken over when the limits of its key have changed. Thread-safe.
 */
final class WindowSets {

    private static final int MOST = 1 << 16;

    private volatile SlidingWindows[] sets = {};

    /** The windows of these limits. */
    synchronized SlidingWindows of(Limits limits) {
        for (SlidingWindows known : sets) {
            if (known.limits().equals(limits)) {
                return known;
            }
        }
        if (sets.length == MOST) {
            throw new IllegalStateException("a limiter can have " + MOST + " different limits in its life");
        }
        SlidingWindows[] more = Arrays.copyOf(sets, sets.length + 1);
        more[sets.length] = new SlidingWindows(limits, sets.length);
        sets = more;
        return more[more.length - 1];
    }

    /** The windows that wrote this array. */
    SlidingWindows of(long[] words) {
        return sets[SlidingWindows.idOf(words)];
    }
}
