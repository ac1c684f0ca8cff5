package dev.resilience.ratelimit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * What is remembered of one length of window: each permit by itself, or how many were taken in each slot of time.
 *
 * <p><b>Why isn't that a matter of each limit?</b> A caller may be an administrator in one call and a guest in the next,
 * and both limits are about one key. Were its state translated to and fro, what the smaller limit has no use for would be
 * forgotten on the way, and a change of tier would wash a key clean. So all limits of one configuration share the same
 * memories, windows that only some of them have included.
 */
record Memory(Duration window, boolean exact) {

    /** The largest limit whose permits are remembered one by one. */
    static final int EXACT_UP_TO = 64;

    /** The same where a limit that small shares its memory with larger ones: no more words than slots would take. */
    static final int MOST_EXACT = 256;

    /**
     * The memories that serve all of these limits after others were in force. Slots may hold more permits than an exact
     * log can: what it left out would be missing as soon as the limit is raised again. So where slots were, slots stay,
     * and so they are in a new window, which may have to take over from them.
     *
     * @param before what was remembered until now; empty at the start
     */
    static List<Memory> of(Collection<Limits> all, List<Memory> before) {
        boolean hadSlots = !before.stream().allMatch(Memory::exact);
        return of(all).stream()
                .map(memory -> hadSlots && !before.contains(memory) ? new Memory(memory.window(), false) : memory)
                .toList();
    }

    /** The memories that serve all of these limits, shortest window first. */
    static List<Memory> of(Collection<Limits> all) {
        TreeSet<Duration> windows = new TreeSet<>();
        all.forEach(limits -> limits.all().forEach(limit -> windows.add(limit.window())));
        return windows.stream()
                .map(window ->
                        of(window, all.stream().map(limits -> limits.of(window)).toList()))
                .toList();
    }

    /** The shortest window that is as long or longer, because it remembers enough; otherwise the longest. */
    static int mostLike(Duration wanted, int windows, IntFunction<Duration> lengths) {
        int like = 0;
        while (like < windows - 1 && lengths.apply(like).compareTo(wanted) < 0) {
            like++;
        }
        return like;
    }

    private static Memory of(Duration window, List<Optional<Limit>> limits) {
        long smallest = Long.MAX_VALUE;
        long largest = 0;
        for (Optional<Limit> limit : limits) {
            long permits = limit.map(Limit::permits).orElse(Long.MAX_VALUE);
            smallest = Math.min(smallest, permits);
            largest = Math.max(largest, permits);
        }
        return new Memory(window, smallest <= EXACT_UP_TO && largest <= MOST_EXACT);
    }
}
