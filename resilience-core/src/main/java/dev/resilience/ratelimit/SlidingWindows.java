package dev.resilience.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several sliding windows that decide together: a cost is charged to all of them or to none.
 *
 * <p>A block begins with a {@link Ring} for each window; the rings' entries follow. It begins small, grows as it fills,
 * and shrinks when it has emptied.
 *
 * <p>A key may come under other limits with the next call, because its caller has another tier then. All limits of one
 * configuration therefore have the same {@linkplain Memory memories} and read the same blocks.
 */
final class SlidingWindows implements Engine {

    /** As many permits a thousand times over, which is how far ahead places are reserved, still have a sum. */
    private static final long LARGEST_SUMMED = 1L << 52;

    private final SlidingWindow[] windows;
    private final @Nullable Limit[] limits;
    /** What no caller reaches where these limits have no such window: it is remembered for callers that have. */
    private final long[] permits;

    private final long largestCost;
    private final int id;
    /** Whether the sum of all that is charged can't overflow, so that who compares it with a limit needs no look at the rest. */
    private final boolean summed;

    private final boolean ticks;

    /**
     * @param memories what a block remembers: every window of the limits, and perhaps others
     * @param id tells blocks with these memories from those with others, from 0 to 65535
     */
    SlidingWindows(Limits limits, List<Memory> memories, int id, Timeline timeline) {
        this.windows = memories.stream()
                .map(memory -> new SlidingWindow(memory, timeline))
                .toArray(SlidingWindow[]::new);
        this.limits = memories.stream()
                .map(memory -> limits.of(memory.window()).orElse(null))
                .toArray(Limit[]::new);
        this.permits = Stream.of(this.limits)
                .mapToLong(limit -> limit == null ? Long.MAX_VALUE : limit.permits())
                .toArray();
        this.largestCost = limits.all().get(0).permits();
        this.id = id;
        this.summed = limits.all().stream().allMatch(limit -> limit.permits() <= LARGEST_SUMMED);
        this.ticks = summed && Stream.of(windows).allMatch(SlidingWindow::ticks);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public int freshSize() {
        int size = windows.length;
        for (SlidingWindow window : windows) {
            size += window.wordsFor(1);
        }
        return size;
    }

    @Override
    public void fresh(long[] words, int at) {
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            words[at + window] = Ring.straightened(0, 1);
            windows[window].clear(words, base);
            base += windows[window].wordsFor(1);
        }
        words[at] = Ring.ownedBy(words[at], id);
    }

    @Override
    public int size(long[] words, int at) {
        return base(words, at, windows.length) - at;
    }

    @Override
    public boolean ticks() {
        return ticks;
    }

    /** The last window is looked at and charged in one go, and most often it is the only one. */
    @Override
    public boolean joinAtTick(long[] words, int at, long tick, long cost) {
        int last = windows.length - 1;
        int base = at + windows.length;
        for (int window = 0; window < last; window++) {
            if (!windows[window].joinsAtTick(words, at + window, base, tick, permits[window] - cost)) {
                return false;
            }
            base += windows[window].words(words[at + window]);
        }
        if (!windows[last].joinsAtTick(words, at + last, base, tick, permits[last] - cost)) {
            return false;
        }
        windows[last].join(words, at + last, base, tick, cost);
        joinBefore(last, words, at, tick, cost);
        return true;
    }

    @Override
    public boolean join(long[] words, int at, long time, long cost) {
        if (!summed) {
            return false;
        }
        int last = windows.length - 1;
        int base = at + windows.length;
        for (int window = 0; window < last; window++) {
            if (!windows[window].joins(words, at + window, base, time, cost, permits[window] - cost)) {
                return false;
            }
            base += windows[window].words(words[at + window]);
        }
        if (!windows[last].joins(words, at + last, base, time, cost, permits[last] - cost)) {
            return false;
        }
        windows[last].join(words, at + last, base, time, cost);
        joinBefore(last, words, at, time, cost);
        return true;
    }

    private void joinBefore(int last, long[] words, int at, long time, long cost) {
        int base = at + windows.length;
        for (int window = 0; window < last; window++) {
            windows[window].join(words, at + window, base, time, cost);
            base += windows[window].words(words[at + window]);
        }
    }

    @Override
    public long earliest(long[] words, int at, long time, long from, long cost) {
        expire(words, at, time);
        if (cost > largestCost) {
            return NEVER;
        }
        long first = from;
        int agreed = 0;
        int base = at + windows.length;
        for (int window = 0; agreed < windows.length; agreed++) {
            long fits = windows[window].earliest(words, at + window, base, first, permits[window] - cost);
            if (fits > first) {
                first = fits;
                agreed = 0;
            }
            base += windows[window].words(words[at + window]);
            if (++window == windows.length) {
                window = 0;
                base = at + windows.length;
            }
        }
        return first;
    }

    @Override
    public void settle(long[] words, int at) {
        for (int window = 0; window < windows.length; window++) {
            windows[window].settle(words, at + window);
        }
    }

    @Override
    public long catchUp(long[] words, int at, long time) {
        long last = 0;
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            last = Math.max(last, windows[window].stampLate(words, at + window, base, time));
            base += windows[window].words(words[at + window]);
        }
        return last;
    }

    @Override
    public boolean isOpen(long[] words, int at) {
        for (int window = 0; ticks && window < windows.length; window++) {
            if (windows[window].isOpen(words, at + window)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int sizeToCharge(long[] words, int at, long time, long cost) {
        int size = windows.length;
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            size += windows[window].wordsFor(capacityToCharge(words, at, window, base, time, cost));
            base += windows[window].words(words[at + window]);
        }
        return size;
    }

    private int capacityToCharge(long[] words, int at, int window, int base, long time, long cost) {
        long ring = words[at + window];
        int needed = Ring.count(ring) + windows[window].entriesFor(words, at + window, base, time, cost);
        return needed <= Ring.capacity(ring) ? Ring.capacity(ring) : roundedUp(needed);
    }

    @Override
    public void grow(long[] words, int at, long time, long cost, long[] room, int to) {
        int base = at + windows.length;
        int target = to + windows.length;
        for (int window = 0; window < windows.length; window++) {
            int capacity = capacityToCharge(words, at, window, base, time, cost);
            move(words, at, window, base, room, to, target, capacity);
            base += windows[window].words(words[at + window]);
            target += windows[window].wordsFor(capacity);
        }
    }

    @Override
    public void charge(long[] words, int at, long time, long cost) {
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].charge(words, at + window, base, time, cost);
            base += windows[window].words(words[at + window]);
        }
    }

    @Override
    public void refund(long[] words, int at, long time, long cost) {
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].refund(words, at + window, base, time, cost);
            base += windows[window].words(words[at + window]);
        }
    }

    @Override
    public boolean idle(long[] words, int at, long time) {
        expire(words, at, time);
        int entries = 0;
        for (int window = 0; window < windows.length; window++) {
            entries += Ring.count(words[at + window]);
        }
        return entries == 0;
    }

    @Override
    public int compactSize(long[] words, int at) {
        int size = windows.length;
        for (int window = 0; window < windows.length; window++) {
            size += windows[window].wordsFor(compactCapacity(words[at + window]));
        }
        return size;
    }

    private static int compactCapacity(long ring) {
        boolean sparse = Ring.count(ring) <= Ring.capacity(ring) / 4;
        return sparse ? roundedUp(Ring.count(ring)) : Ring.capacity(ring);
    }

    @Override
    public void compact(long[] words, int at, long[] room, int to) {
        int base = at + windows.length;
        int target = to + windows.length;
        for (int window = 0; window < windows.length; window++) {
            int capacity = compactCapacity(words[at + window]);
            move(words, at, window, base, room, to, target, capacity);
            base += windows[window].words(words[at + window]);
            target += windows[window].wordsFor(capacity);
        }
    }

    private void move(long[] words, int at, int window, int base, long[] room, int to, int target, int capacity) {
        room[to + window] = Ring.straightened(words[at + window], capacity);
        windows[window].move(words, at + window, base, room, target);
    }

    @Override
    public long charged(long[] words, int at, Duration window, long time) {
        expire(words, at, time);
        int like = mostLike(window);
        return windows[like].charged(words, at + like, base(words, at, like));
    }

    @Override
    public int sizeToInherit(Engine other, long[] words, int at, long time) {
        int size = windows.length;
        for (SlidingWindow window : windows) {
            size += window.wordsFor(capacityToInherit(window, other, words, at, time));
        }
        return size;
    }

    private static int capacityToInherit(SlidingWindow window, Engine other, long[] words, int at, long time) {
        return other instanceof SlidingWindows source
                ? capacityToInherit(window, source, words, at, time)
                : roundedUp(window.entriesToInherit(other.charged(words, at, window.window(), time)));
    }

    private static int capacityToInherit(SlidingWindow window, SlidingWindows source, long[] words, int at, long time) {
        source.expire(words, at, time);
        int like = source.mostLike(window.window());
        return roundedUp(
                window.entriesToInherit(source.windows[like], words, at + like, source.base(words, at, like), time));
    }

    /** Each window takes over from the one most like it. */
    @Override
    public void inherit(Engine other, long[] words, int at, long time, long[] room, int to) {
        int base = to + windows.length;
        for (int window = 0; window < windows.length; window++) {
            int capacity = capacityToInherit(windows[window], other, words, at, time);
            room[to + window] = Ring.straightened(0, capacity);
            windows[window].clear(room, base);
            inherit(window, other, words, at, time, room, to + window, base);
            base += windows[window].wordsFor(capacity);
        }
        room[to] = Ring.ownedBy(room[to], id);
    }

    private void inherit(int window, Engine other, long[] words, int at, long time, long[] room, int ring, int base) {
        Duration length = windows[window].window();
        if (other instanceof SlidingWindows source) {
            int like = source.mostLike(length);
            windows[window].inherit(
                    room, ring, base, source.windows[like], words, at + like, source.base(words, at, like), time);
        } else {
            windows[window].inherit(room, ring, base, other.charged(words, at, length, time), time);
        }
    }

    @Override
    public @Nullable Limit[] limits() {
        return limits;
    }

    @Override
    public Usage.Window usage(long[] words, int at, int window, Limit limit, long time) {
        int base = base(words, at, window);
        long used = windows[window].used(words, at + window, base, time);
        return new Usage.Window(
                limit,
                limit.permits(),
                Math.max(0, limit.permits() - used),
                windows[window].reset(words, at + window, base, time));
    }

    /** What could be found to have come later is settled before. */
    @Override
    public boolean isToldByBlock() {
        return true;
    }

    @Override
    public long waitFor(long[] words, int at, int window, Limit limit, long time, long cost) {
        long most = limit.permits() - cost;
        return most < 0
                ? NEVER
                : windows[window].earliest(words, at + window, base(words, at, window), time, most) - time;
    }

    @Override
    public void expire(long[] words, int at, long time) {
        int base = at + windows.length;
        for (int window = 0; window < windows.length; window++) {
            windows[window].expire(words, at + window, base, time);
            base += windows[window].words(words[at + window]);
        }
    }

    private int mostLike(Duration wanted) {
        return Memory.mostLike(wanted, windows.length, like -> windows[like].window());
    }

    /** Where the entries of this window begin; of the one behind the last, where the block ends. */
    private int base(long[] words, int at, int window) {
        int base = at + windows.length;
        for (int before = 0; before < window; before++) {
            base += windows[before].words(words[at + before]);
        }
        return base;
    }

    private static int roundedUp(int entries) {
        if (entries > Ring.LARGEST) {
            throw new IllegalStateException("more than " + Ring.LARGEST + " reservations wait in one window");
        }
        return entries <= 1 ? 1 : Integer.highestOneBit(entries - 1) << 1;
    }
}
