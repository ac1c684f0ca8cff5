package dev.resilience.ratelimit;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several windows of the calendar that decide together: a cost is charged to all of them or to none.
 *
 * <p>Two words for each window: the number of the window in the {@link Calendar}, and how much was charged in it. What is
 * charged ahead of time moves the key on to that window with all that was charged before, so that neither sees too much.
 */
final class CalendarWindows implements SteadyBlocks {

    private static final int WORDS = 2;

    private final List<Duration> windows;
    private final @Nullable Limit[] limits;
    private final Calendar[] calendars;
    private final long largestCost;
    private final int id;

    /** @param calendars one for each window of the block: every window of the limits, and perhaps others */
    CalendarWindows(Limits limits, List<Duration> windows, Calendar[] calendars, int id) {
        this.windows = windows;
        this.limits =
                windows.stream().map(window -> limits.of(window).orElse(null)).toArray(Limit[]::new);
        this.calendars = calendars;
        this.largestCost = limits.all().get(0).permits();
        this.id = id;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public int freshSize() {
        return 1 + WORDS * calendars.length;
    }

    @Override
    public long earliest(long[] words, int at, long time, long from, long cost) {
        if (cost > largestCost) {
            return NEVER;
        }
        long first = from;
        for (int window = 0; window < calendars.length; window++) {
            first = Math.max(first, earliestOf(words, base(at, window), window, from, cost));
        }
        return first;
    }

    /** From then on, if it fits there; otherwise when the window is over. */
    private long earliestOf(long[] words, int base, int window, long from, long cost) {
        long used = used(words, base, window, from);
        return used <= permits(window) - cost ? from : calendars[window].end(words[base]);
    }

    private long used(long[] words, int base, int window, long time) {
        return words[base] < calendars[window].number(time) ? 0 : words[base + 1];
    }

    @Override
    public void charge(long[] words, int at, long time, long cost) {
        for (int window = 0; window < calendars.length; window++) {
            int base = base(at, window);
            long used = kept(words, base, window, time);
            words[base + 1] = used > Long.MAX_VALUE - cost ? Long.MAX_VALUE : used + cost;
            words[base] = Math.max(words[base], calendars[window].number(time));
        }
    }

    /** What is still of interest when something is charged at this time: ahead of time, what is charged by now as well. */
    private long kept(long[] words, int base, int window, long time) {
        return words[base] < calendars[window].number(Math.min(time, calendars[window].now())) ? 0 : words[base + 1];
    }

    @Override
    public void refund(long[] words, int at, long time, long cost) {
        for (int window = 0; Adopted.isBefore(words[at], time) && window < calendars.length; window++) {
            int base = base(at, window);
            if (calendars[window].covers(words[base], time)) {
                words[base + 1] = Math.max(0, words[base + 1] - cost);
            }
        }
    }

    @Override
    public boolean idle(long[] words, int at, long time) {
        long used = 0;
        for (int window = 0; window < calendars.length; window++) {
            used |= used(words, base(at, window), window, time);
        }
        return used == 0;
    }

    @Override
    public long charged(long[] words, int at, Duration window, long time) {
        int like = Memory.mostLike(window, windows.size(), windows::get);
        return used(words, base(at, like), like, time);
    }

    @Override
    public void inherit(Engine other, long[] words, int at, long time, long[] room, int to) {
        fresh(room, to);
        room[to] = Adopted.at(room[to], time);
        for (int window = 0; window < calendars.length; window++) {
            room[base(to, window)] = calendars[window].number(time);
            room[base(to, window) + 1] = other.charged(words, at, windows.get(window), time);
        }
    }

    @Override
    public @Nullable Limit[] limits() {
        return limits;
    }

    @Override
    public Usage.Window usage(long[] words, int at, int window, Limit limit, long time) {
        int base = base(at, window);
        long used = used(words, base, window, time);
        long reset = used == 0 ? 0 : calendars[window].end(words[base]) - time;
        return new Usage.Window(limit, limit.permits(), Math.max(0, limit.permits() - used), Math.max(0, reset));
    }

    /** The calendar turns its pages, and where it is set back, takes up others. */
    @Override
    public boolean isToldByBlock() {
        return false;
    }

    @Override
    public long waitFor(long[] words, int at, int window, Limit limit, long time, long cost) {
        return cost <= limit.permits() ? earliestOf(words, base(at, window), window, time, cost) - time : NEVER;
    }

    /** What no caller reaches where these limits have no such window: it is remembered for callers that have. */
    private long permits(int window) {
        Limit limit = limits[window];
        return limit == null ? Long.MAX_VALUE : limit.permits();
    }

    private static int base(int at, int window) {
        return at + 1 + WORDS * window;
    }
}
