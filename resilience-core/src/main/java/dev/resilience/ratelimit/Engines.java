package dev.resilience.ratelimit;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The engines a limiter has ever had, by id. A block names the engine that wrote it by id, so that it can be taken over
 * when a changed configuration has another. Changed numbers alone change none. Thread-safe.
 */
final class Engines {

    private static final int MOST = 1 << 16;

    private final Map<Object, Integer> ids = new HashMap<>();
    private final Map<Object, Calendar> calendars = new HashMap<>();
    private final Timeline timeline;
    private volatile Engine[] engines = {};

    Engines(Timeline timeline) {
        this.timeline = timeline;
    }

    Timeline timeline() {
        return timeline;
    }

    /** The sliding windows of these limits, if no others are about the same keys. */
    Engine of(Limits limits) {
        return of(limits, Memory.of(List.of(limits)));
    }

    /** The sliding windows of these limits with these memories. */
    Engine of(Limits limits, List<Memory> memories) {
        return of(memories, id -> new SlidingWindows(limits, memories, id, timeline));
    }

    /**
     * The token buckets of these limits.
     *
     * @param slowest every window that anybody about the same keys has, with the fewest permits that anybody has in it
     * @param bursts how much a full bucket holds, by window
     */
    Engine of(Limits limits, Limits slowest, Map<Duration, Long> bursts) {
        List<Duration> windows = slowest.all().stream().map(Limit::window).toList();
        return of(Set.of(windows), id -> new TokenBuckets(limits, slowest, bursts, id));
    }

    /** The windows of the calendar of these limits, where anybody about the same keys has these windows. */
    Engine of(Limits limits, List<Duration> windows, ZoneId zone) {
        Calendar[] shared =
                windows.stream().map(window -> calendar(window, zone)).toArray(Calendar[]::new);
        return of(List.of(windows, zone), id -> new CalendarWindows(limits, windows, shared, id));
    }

    /** Every engine goes by the same one, because a block knows a window by its number only. */
    private synchronized Calendar calendar(Duration window, ZoneId zone) {
        return calendars.computeIfAbsent(List.of(window, zone), any -> new Calendar(window, zone, timeline));
    }

    /** @param layout what blocks have to have in common to be read by the same engines */
    private synchronized Engine of(Object layout, IntFunction<Engine> made) {
        Integer known = ids.get(layout);
        if (known != null) {
            return made.apply(known);
        }
        int id = engines.length;
        if (id == MOST) {
            throw new IllegalStateException("a limiter can have limits over " + MOST
                    + " different sets of windows in its life; a restart forgets them");
        }
        Engine[] more = Arrays.copyOf(engines, id + 1);
        more[id] = made.apply(id);
        ids.put(layout, id);
        engines = more;
        return more[id];
    }

    /** An engine that reads this block, whatever its limits. */
    Engine of(long[] words, int at) {
        return engines[Engine.idOf(words, at)];
    }
}
