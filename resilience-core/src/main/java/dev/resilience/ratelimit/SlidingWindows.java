package dev.resilience.ratelimit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several sliding windows that decide together: a cost is charged to all of them or to none.
 *
 * <p>This is the engine: a pure state machine. What one key has charged lies in one array of longs, which begins with a
 * {@link Ring} for each window; the rings' entries follow. It begins small, is replaced by a larger one as it fills, and
 * by a smaller one when it has emptied. Whoever owns the array guards it, passes times that never go back, and keeps
 * the array that comes back from a charge. Immutable itself; shared by all keys with the same limits.
 *
 * <p>A key may come under other limits with the next call, because its caller has another tier then. All limits of one
 * configuration therefore have the same {@linkplain Memory memories} and read the same arrays.
 */
final class SlidingWindows {

    /** The answer for a cost above a limit: no waiting helps. */
    static final long NEVER = Long.MAX_VALUE;

    private final SlidingWindow[] windows;
    private final @Nullable Limit[] limits;
    private final long largestCost;
    private final int id;

    /**
     * @param memories what the array remembers: every window of the limits, and perhaps others
     * @param id tells arrays with these memories from those with others, from 0 to 65535
     */
    SlidingWindows(Limits limits, List<Memory> memories, int id) {
        this.windows = memories.stream().map(SlidingWindow::new).toArray(SlidingWindow[]::new);
        this.limits = memories.stream()
                .map(memory -> limits.of(memory.window()).orElse(null))
                .toArray(Limit[]::new);
        this.largestCost = limits.all().get(0).permits();
        this.id = id;
    }

    /** The id of the memories that wrote this array. */
    static int idOf(long[] words) {
        return Ring.owner(words[0]);
    }

    int id() {
        return id;
    }

    /** An array in which nothing is charged. */
    long[] fresh() {
        int[] capacities = new int[windows.length];
        Arrays.fill(capacities, 1);
        return empty(capacities);
    }

    /**
     * Charges the cost everywhere at this time if that is plain: nothing lies ahead, there is room, and no array has to
     * grow. What it doesn't do, {@link #earliest} and {@link #charge} do.
     */
    boolean join(long[] words, long time, long cost) {
        int base = windows.length;
        for (int window = 0; window < windows.length; window++) {
            if (!windows[window].joins(words, window, base, time, cost, permits(window) - cost)) {
                return false;
            }
            base += windows[window].words(words[window]);
        }
        base = windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].join(words, window, base, time, cost);
            base += windows[window].words(words[window]);
        }
        return true;
    }

    /** The first time, no earlier than this one, at which the cost can be charged everywhere, or {@link #NEVER}. */
    long earliest(long[] words, long time, long cost) {
        if (cost > largestCost) {
            return NEVER;
        }
        expire(words, time);
        long first = time;
        int agreed = 0;
        int base = windows.length;
        for (int window = 0; agreed < windows.length; agreed++) {
            long fits = windows[window].earliest(words, window, base, first, permits(window) - cost);
            if (fits > first) {
                first = fits;
                agreed = 0;
            }
            base += windows[window].words(words[window]);
            if (++window == windows.length) {
                window = 0;
                base = windows.length;
            }
        }
        return first;
    }

    /** Charges the cost everywhere at a time that {@link #earliest} gave, and returns the array to keep. */
    long[] charge(long[] words, long time, long cost) {
        long[] charged = words;
        int base = windows.length;
        for (int window = 0; window < windows.length; window++) {
            int entries = windows[window].entriesFor(charged, window, base, time, cost);
            charged = withRoom(charged, window, entries);
            windows[window].charge(charged, window, base, time, cost);
            base += windows[window].words(charged[window]);
        }
        return charged;
    }

    /** Gives back what was charged at this time, where it hasn't returned already. */
    void refund(long[] words, long time, long cost) {
        int base = windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].refund(words, window, base, time, cost);
            base += windows[window].words(words[window]);
        }
    }

    /** Whether nothing is charged at this time, so that the array may be forgotten. */
    boolean idle(long[] words, long time) {
        expire(words, time);
        int entries = 0;
        for (int window = 0; window < windows.length; window++) {
            entries += Ring.count(words[window]);
        }
        return entries == 0;
    }

    /** A smaller array if this one is mostly empty, or the same. */
    long[] compact(long[] words) {
        int[] capacities = new int[windows.length];
        boolean smaller = false;
        for (int window = 0; window < windows.length; window++) {
            int capacity = Ring.capacity(words[window]);
            boolean sparse = Ring.count(words[window]) <= capacity / 4;
            capacities[window] = sparse ? roundedUp(Ring.count(words[window])) : capacity;
            smaller |= capacities[window] < capacity;
        }
        return smaller ? resized(words, capacities) : words;
    }

    /** An array for these windows with what another's array has charged: each window takes over from the one most like it. */
    long[] inherit(SlidingWindows other, long[] words, long time) {
        other.expire(words, time);
        int[] sources = new int[windows.length];
        int[] capacities = new int[windows.length];
        for (int window = 0; window < windows.length; window++) {
            sources[window] = other.mostLike(windows[window]);
            capacities[window] = roundedUp(windows[window].entriesToInherit(
                    other.windows[sources[window]], words, sources[window], other.base(words, sources[window]), time));
        }
        long[] inherited = empty(capacities);
        for (int window = 0; window < windows.length; window++) {
            int source = sources[window];
            int origin = other.base(words, source);
            windows[window].inherit(
                    inherited, window, base(inherited, window), other.windows[source], words, source, origin, time);
        }
        return inherited;
    }

    /** What each window says at this time. */
    List<Usage.Window> usage(long[] words, long time) {
        expire(words, time);
        List<Usage.Window> usage = new ArrayList<>(windows.length);
        for (int window = 0; window < windows.length; window++) {
            Limit limit = limits[window];
            if (limit != null) {
                usage.add(usage(words, window, limit, time));
            }
        }
        return usage;
    }

    private Usage.Window usage(long[] words, int window, Limit limit, long time) {
        int base = base(words, window);
        long used = windows[window].used(words, window, base, time);
        return new Usage.Window(
                limit, Math.max(0, limit.permits() - used), windows[window].reset(words, window, base, time));
    }

    /** Why a cost that {@link #earliest} puts off until then doesn't pass at this time. */
    Refusal refusal(long[] words, long time, long cost, long earliest) {
        List<Usage.Window> usage = usage(words, time);
        List<Limit> violated = new ArrayList<>(usage.size());
        Usage.Window worst = usage.get(0);
        long longest = -1;
        int told = 0;
        for (int window = 0; window < windows.length; window++) {
            Limit limit = limits[window];
            if (limit != null) {
                long wait = waitFor(words, window, time, limit.permits() - cost);
                if (wait > 0) {
                    violated.add(limit);
                }
                worst = wait >= longest ? usage.get(told) : worst;
                longest = Math.max(longest, wait);
                told++;
            }
        }
        long wait = earliest == NEVER ? NEVER : earliest - time;
        return new Refusal(violated, worst, wait, new Usage(usage));
    }

    private long waitFor(long[] words, int window, long time, long most) {
        return most < 0 ? NEVER : windows[window].earliest(words, window, base(words, window), time, most) - time;
    }

    /** What no caller reaches where these limits have no such window: it is remembered for callers that have. */
    private long permits(int window) {
        Limit limit = limits[window];
        return limit == null ? Long.MAX_VALUE : limit.permits();
    }

    private void expire(long[] words, long time) {
        int base = windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].expire(words, window, base, time);
            base += windows[window].words(words[window]);
        }
    }

    /** The shortest window that is as long or longer, because it remembers enough; otherwise the longest. */
    private int mostLike(SlidingWindow wanted) {
        int like = 0;
        while (like < windows.length - 1 && windows[like].window().compareTo(wanted.window()) < 0) {
            like++;
        }
        return like;
    }

    private int base(long[] words, int window) {
        int base = windows.length;
        for (int before = 0; before < window; before++) {
            base += windows[before].words(words[before]);
        }
        return base;
    }

    private long[] withRoom(long[] words, int window, int entries) {
        int needed = Ring.count(words[window]) + entries;
        if (needed <= Ring.capacity(words[window])) {
            return words;
        }
        int[] capacities = new int[windows.length];
        for (int each = 0; each < windows.length; each++) {
            capacities[each] = Ring.capacity(words[each]);
        }
        capacities[window] = roundedUp(needed);
        return resized(words, capacities);
    }

    private long[] resized(long[] words, int[] capacities) {
        long[] resized = empty(capacities);
        for (int window = 0; window < windows.length; window++) {
            int from = base(words, window);
            int to = base(resized, window);
            resized[window] = Ring.straightened(words[window], capacities[window]);
            windows[window].move(words, window, from, resized, to);
        }
        return resized;
    }

    private long[] empty(int[] capacities) {
        int length = windows.length;
        for (int window = 0; window < windows.length; window++) {
            length += windows[window].wordsFor(capacities[window]);
        }
        long[] empty = new long[length];
        for (int window = 0; window < windows.length; window++) {
            empty[window] = Ring.straightened(0, capacities[window]);
        }
        empty[0] = Ring.ownedBy(empty[0], id);
        return empty;
    }

    private static int roundedUp(int entries) {
        if (entries > Ring.LARGEST) {
            throw new IllegalStateException("more than " + Ring.LARGEST + " reservations wait in one window");
        }
        return entries <= 1 ? 1 : Integer.highestOneBit(entries - 1) << 1;
    }
}
