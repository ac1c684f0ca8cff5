package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The engines a limiter has ever had, by id. A block names the engine that wrote it by id, so that it can be taken over
 * when a changed configuration has another. Changed numbers alone change none. Thread-safe.
 */
final class Engines {

    private static final int MOST = 1 << 16;

    private final Map<List<Memory>, Integer> ids = new HashMap<>();
    private final Timeline timeline;
    private volatile Engine[] engines = {};

    Engines(Timeline timeline) {
        this.timeline = timeline;
    }

    Timeline timeline() {
        return timeline;
    }

    /** The engine of these limits, if no others are about the same keys. */
    Engine of(Limits limits) {
        return of(limits, Memory.of(List.of(limits)));
    }

    /** The engine of these limits with these memories. */
    synchronized Engine of(Limits limits, List<Memory> memories) {
        Integer known = ids.get(memories);
        return known == null ? added(limits, memories) : new SlidingWindows(limits, memories, known, timeline);
    }

    private Engine added(Limits limits, List<Memory> memories) {
        int id = engines.length;
        if (id == MOST) {
            throw new IllegalStateException("a limiter can have limits over " + MOST
                    + " different sets of windows in its life; a restart forgets them");
        }
        Engine[] more = Arrays.copyOf(engines, id + 1);
        more[id] = new SlidingWindows(limits, memories, id, timeline);
        ids.put(memories, id);
        engines = more;
        return more[id];
    }

    /** An engine that reads this block, whatever its limits. */
    Engine of(long[] words, int at) {
        return engines[Engine.idOf(words, at)];
    }
}
