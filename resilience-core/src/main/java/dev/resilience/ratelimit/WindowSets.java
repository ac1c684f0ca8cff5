package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memories a limiter has ever had, by id. An array of charges names its memories by id, so that it can be taken over
 * when a changed configuration has others. Changed numbers alone change none. Thread-safe.
 */
final class WindowSets {

    private static final int MOST = 1 << 16;

    private final Map<List<Memory>, Integer> ids = new HashMap<>();
    private volatile SlidingWindows[] sets = {};

    /** The windows of these limits, if no others are about the same keys. */
    SlidingWindows of(Limits limits) {
        return of(limits, Memory.of(List.of(limits)));
    }

    /** The windows of these limits with these memories. */
    synchronized SlidingWindows of(Limits limits, List<Memory> memories) {
        Integer known = ids.get(memories);
        return known == null ? added(limits, memories) : new SlidingWindows(limits, memories, known);
    }

    private SlidingWindows added(Limits limits, List<Memory> memories) {
        int id = sets.length;
        if (id == MOST) {
            throw new IllegalStateException("a limiter can have limits over " + MOST
                    + " different sets of windows in its life; a restart forgets them");
        }
        SlidingWindows[] more = Arrays.copyOf(sets, id + 1);
        more[id] = new SlidingWindows(limits, memories, id);
        ids.put(memories, id);
        sets = more;
        return more[id];
    }

    /** Windows with the memories that wrote this array, whatever their limits. */
    SlidingWindows of(long[] words) {
        return sets[SlidingWindows.idOf(words)];
    }
}
