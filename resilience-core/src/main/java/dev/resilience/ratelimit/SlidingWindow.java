package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import dev.resilience.time.Pulse;
import java.time.Duration;

/**
 * The arithmetic of one length of window over a ring of what was charged; the ring itself lies in an array of the caller.
 *
 * <p><b>How can any window, however placed, be kept?</b> Counting per cycle is the simplest answer and lets twice the
 * limit pass around the edge of a cycle. Remembering when each permit was taken is exact: a permit counts for one
 * window and then returns. That costs one number per permit, so it is done for small limits only (see {@link Memory}). For large ones,
 * time is cut into slots of a {@value #SLOTS}th of the window and each slot remembers how many permits were taken in
 * it. A window touches at most {@value #SLOTS} + 1 slots, and the one it only touches is counted whole: never too many
 * permits pass, and at saturation a {@value #SLOTS}/{@value #SLOTS} + 1 part of them.
 *
 * <p>Both are the same log. Its unit of time is the nanosecond or the slot, an entry counts for {@code span} units, and
 * <em>any {@code span} consecutive units hold at most as many permits as the limit says</em>. Entries are ordered by time, and some lie in
 * the future: they are reservations. So a charge at a time has to respect every span that holds this time, also those
 * that end later, at a reservation. One pass over the log finds the earliest time that does, holes that refunds left
 * between reservations included. Without reservations the spans are one, the one that ends now, and its sum is known.
 *
 * <p><b>Why is a slot counted without reading the clock?</b> Because reading it costs more than all the rest. A coarse tick
 * is read for nothing, but while it stands still a call really comes later than its tick says, and counting from the
 * tick would let its permit return too early. A slot counts from its end anyway. So a tick is good for a slot while it is
 * at least a slack away from that end, and {@link Pulse#lastToldBefore} tells, once the slot is over, whether the tick
 * stood still beyond it; then the whole slot is stamped later, to the slot in which the last of its calls may have come.
 * It is asked once, when somebody decides by the clock behind the end of the slot; then the slot is final, and what may
 * still be charged there is charged by the clock. Were it asked again, a slot that was moved into the present could be
 * moved with every question, and whoever asks all the time would never be let in.
 *
 * <p>Units are compared by difference of plain numbers: times here begin near zero when the limiter is made (see
 * {@link Timeline}), and sums stay below the limit because it is the remainder that costs are compared with.
 */
final class SlidingWindow {

    /** Into how many slots the window of a larger limit is cut. */
    static final int SLOTS = 60;

    /** The slack is the largest power of two that goes so often into a slot. */
    private static final int SLACKS = 7;

    private final Memory memory;
    private final long unitNanos;
    private final long span;
    /** Words of an entry as a power of two, and also words before the first entry: a slot has an amount, the ring their sum. */
    private final int wide;
    /** How far a tick must be from the end of its slot to be charged in it; zero where ticks are too coarse. */
    private final long slack;

    private final Timeline timeline;

    SlidingWindow(Memory memory, Timeline timeline) {
        boolean exact = memory.exact();
        long nanos = memory.window().toNanos();
        this.memory = memory;
        this.unitNanos = exact ? 1 : (nanos + SLOTS - 1) / SLOTS;
        this.span = exact ? nanos : SLOTS + 1;
        this.wide = exact ? 0 : 1;
        long share = Long.highestOneBit(unitNanos / SLACKS);
        this.slack = share < Pulse.FINEST_TOLERANCE ? 0 : share;
        this.timeline = timeline;
    }

    /** How long it is. */
    Duration window() {
        return memory.window();
    }

    /** How many words the ring takes, without its descriptor. */
    int words(long ring) {
        return wordsFor(Ring.capacity(ring));
    }

    /** How many words a ring of this capacity takes, without its descriptor. */
    int wordsFor(int capacity) {
        return wide + (capacity << wide);
    }

    /** Makes a room that held something else a ring of no entries. Its descriptor is the caller's. */
    void clear(long[] words, int base) {
        if (wide == 1) {
            words[base] = 0;
        }
    }

    /** Lets the permits return that were charged a window ago. */
    void expire(long[] words, int ring, int base, long time) {
        if (Ring.count(words[ring]) == 0) {
            return;
        }
        long gone = unit(words, ring, base, time) - span;
        while (Ring.count(words[ring]) > 0 && unitOf(words, ring, base, 0) <= gone) {
            take(words, base, amountOf(words, ring, base, 0));
            words[ring] = Ring.withoutOldest(words[ring]);
        }
    }

    /**
     * Moves the newest slot, if it is over by this time, to where the last of those may lie who charged it at a tick.
     *
     * @return when that one may have come, at most now; zero if the slot stays where it is. Who is decided about at a time
     *     before that would be let in beside those who were moved behind him.
     */
    long stampLate(long[] words, int ring, int base, long time) {
        if (!isOpen(words, ring)) {
            return 0;
        }
        int newest = at(words, ring, base, Ring.count(words[ring]) - 1);
        long end = (words[newest] + 1) * unitNanos;
        if (time < end) {
            return 0;
        }
        settle(words, ring);
        long last = timeline.lastToldBefore(end - slack, slack);
        if (last <= end) {
            return 0;
        }
        words[newest] = last / unitNanos;
        return last;
    }

    /** Whether a newest slot may still be moved. */
    boolean isOpen(long[] words, int ring) {
        return slack > 0 && Ring.count(words[ring]) > 0 && !Ring.isNewestFinal(words[ring]);
    }

    /** What is charged by now stays where it is, and no more is charged there at a tick. To be called when it was stamped. */
    void settle(long[] words, int ring) {
        words[ring] = Ring.withNewestFinal(words[ring]);
    }

    /** Whether ticks are good enough for it. */
    boolean ticks() {
        return slack > 0;
    }

    /** Whether a cost can be charged at this tick, because the tick lies well within the newest slot. */
    boolean joinsAtTick(long[] words, int ring, int base, long tick, long most) {
        int count = Ring.count(words[ring]);
        if (count == 0 || words[base] > most || Ring.isNewestFinal(words[ring])) {
            return false;
        }
        long offset = tick - unitOf(words, ring, base, count - 1) * unitNanos;
        return offset >= 0 && offset < unitNanos - slack;
    }

    /**
     * Whether the cost can be charged at this time behind all entries, in the newest slot or in places that are free. It
     * doesn't look whether permits have returned: counting them still can only answer no, and the oldest entry most often
     * lies in another cache line than the newest.
     *
     * @param most how much may be used before
     */
    boolean joins(long[] words, int ring, int base, long time, long cost, long most) {
        int count = Ring.count(words[ring]);
        if (count == 0 || sum(words, ring, base) > most) {
            return false;
        }
        long newest = unitOf(words, ring, base, count - 1);
        if (wide == 0) {
            return newest <= time && cost <= Ring.capacity(words[ring]) - count;
        }
        long offset = time - newest * unitNanos;
        return offset >= 0 && offset < unitNanos;
    }

    /** Charges what {@link #joins}. */
    void join(long[] words, int ring, int base, long time, long cost) {
        int count = Ring.count(words[ring]);
        if (wide == 1) {
            words[at(words, ring, base, count - 1) + 1] += cost;
            words[base] += cost;
            return;
        }
        for (int permit = 0; permit < cost; permit++) {
            words[at(words, ring, base, count + permit)] = time;
        }
        words[ring] += cost;
    }

    /** The first time, no earlier than this one, before which no more than this is used: what the cost leaves of the limit. */
    long earliest(long[] words, int ring, int base, long time, long most) {
        int count = Ring.count(words[ring]);
        if (count == 0) {
            return time;
        }
        long unit = unit(words, ring, base, time);
        boolean oneSpan = unitOf(words, ring, base, count - 1) <= unit && unitOf(words, ring, base, 0) > unit - span;
        if (!oneSpan) {
            long first = earliestUnit(words, ring, base, unit, most);
            return first == unit ? time : first * unitNanos;
        }
        long excess = sum(words, ring, base) - most;
        return excess <= 0 ? time : whenReturned(words, ring, base, excess);
    }

    /** When at least so many permits, counted from the oldest, have returned. */
    private long whenReturned(long[] words, int ring, int base, long excess) {
        int oldest = 0;
        long left = excess - amountOf(words, ring, base, 0);
        while (left > 0) {
            oldest++;
            left -= amountOf(words, ring, base, oldest);
        }
        return (unitOf(words, ring, base, oldest) + span) * unitNanos;
    }

    /** The sum of all entries; where they lie in more than one span it may have overflowed. */
    private long sum(long[] words, int ring, int base) {
        return wide == 0 ? Ring.count(words[ring]) : words[base];
    }

    /** Walks over the spans that hold the unit, oldest first; where one is too full, the unit moves behind its oldest entry. */
    private long earliestUnit(long[] words, int ring, int base, long from, long most) {
        int count = Ring.count(words[ring]);
        long unit = from;
        long sum = 0;
        int oldest = 0;
        for (int next = 0; next < count; next++) {
            long end = Math.max(unit, unitOf(words, ring, base, next));
            if (end - unit >= span) {
                return unit;
            }
            sum += amountOf(words, ring, base, next);
            while (oldest <= next && (sum > most || unitOf(words, ring, base, oldest) <= end - span)) {
                boolean full = sum > most;
                long leaves = unitOf(words, ring, base, oldest) + span;
                sum -= amountOf(words, ring, base, oldest++);
                if (full && leaves > end) {
                    unit = leaves;
                    end = leaves;
                }
            }
        }
        return unit;
    }

    /** What a charge at this time would meet: the sum of the fullest span that holds it. */
    long used(long[] words, int ring, int base, long time) {
        int count = Ring.count(words[ring]);
        long unit = unit(words, ring, base, time);
        long sum = 0;
        long fullest = 0;
        int oldest = 0;
        for (int next = 0; next < count; next++) {
            long end = Math.max(unit, unitOf(words, ring, base, next));
            if (end - unit >= span) {
                break;
            }
            sum += amountOf(words, ring, base, next);
            while (oldest <= next && unitOf(words, ring, base, oldest) <= end - span) {
                sum -= amountOf(words, ring, base, oldest++);
            }
            fullest = Math.max(fullest, sum);
        }
        return fullest;
    }

    /** When the permit that was charged first returns, in nanoseconds from this time; zero if none is charged. */
    long reset(long[] words, int ring, int base, long time) {
        if (Ring.count(words[ring]) == 0) {
            return 0;
        }
        return Math.max(0, (unitOf(words, ring, base, 0) + span) * unitNanos - time);
    }

    /** How many more entries a charge at this time needs. */
    int entriesFor(long[] words, int ring, int base, long time, long cost) {
        if (wide == 0) {
            return (int) cost;
        }
        long unit = unit(words, ring, base, time);
        int entry = firstAfter(words, ring, base, unit) - 1;
        return entry >= 0 && unitOf(words, ring, base, entry) == unit ? 0 : 1;
    }

    /** Charges. There has to be room for the entries. */
    void charge(long[] words, int ring, int base, long time, long cost) {
        long unit = unit(words, ring, base, time);
        if (wide == 0) {
            for (long permit = 0; permit < cost; permit++) {
                insert(words, ring, base, firstAfter(words, ring, base, unit), unit);
            }
            return;
        }
        int after = firstAfter(words, ring, base, unit);
        int entry = after - 1;
        if (entry < 0 || unitOf(words, ring, base, entry) != unit) {
            entry = after;
            insert(words, ring, base, entry, unit);
        }
        words[at(words, ring, base, entry) + 1] += cost;
        words[base] += cost;
    }

    /** Gives back what was charged at this time; nothing if it has returned already. */
    void refund(long[] words, int ring, int base, long time, long cost) {
        long unit = unit(words, ring, base, time);
        long left = cost;
        int entry = firstAfter(words, ring, base, unit) - 1;
        while (left > 0 && entry >= 0 && unitOf(words, ring, base, entry) == unit) {
            long back = Math.min(left, amountOf(words, ring, base, entry));
            left -= back;
            if (wide == 0 || back == amountOf(words, ring, base, entry)) {
                take(words, base, back);
                remove(words, ring, base, entry--);
            } else {
                words[at(words, ring, base, entry) + 1] -= back;
                take(words, base, back);
            }
        }
    }

    /** Takes over what another window of the same key has charged, as late as it may have been. Rings have room. */
    void inherit(
            long[] words, int ring, int base, SlidingWindow other, long[] from, int source, int origin, long time) {
        long taken = 0;
        for (int entry = Ring.count(from[source]) - 1; entry >= 0; entry--) {
            long began = other.unitOf(from, source, origin, entry) * other.unitNanos;
            long amount = other.amountOf(from, source, origin, entry);
            long cost =
                    wide == 0 ? Math.min(amount, began > time ? Memory.MOST_EXACT : Memory.MOST_EXACT - taken) : amount;
            if (cost > 0) {
                charge(words, ring, base, other.latestOf(began, time), cost);
            }
            taken += began > time ? 0 : cost;
        }
    }

    /** All that is charged, with what is reserved; as much as fits. */
    long charged(long[] words, int ring, int base) {
        long sum = 0;
        for (int entry = 0; entry < Ring.count(words[ring]); entry++) {
            long amount = amountOf(words, ring, base, entry);
            sum = sum > Long.MAX_VALUE - amount ? Long.MAX_VALUE : sum + amount;
        }
        return sum;
    }

    /** Takes over what another algorithm has charged, as if it were now. The ring has room. */
    void inherit(long[] words, int ring, int base, long charged, long time) {
        if (charged > 0) {
            charge(words, ring, base, time, wide == 0 ? Math.min(charged, Memory.MOST_EXACT) : charged);
        }
    }

    /** The most entries that needs. */
    int entriesToInherit(long charged) {
        return wide == 0 ? (int) Math.min(charged, Memory.MOST_EXACT) : 1;
    }

    /** The most entries {@link #inherit} needs. */
    int entriesToInherit(SlidingWindow other, long[] from, int source, int origin, long time) {
        int entries = 0;
        long past = 0;
        for (int entry = 0; entry < Ring.count(from[source]); entry++) {
            boolean ahead = other.unitOf(from, source, origin, entry) * other.unitNanos > time;
            long amount = Math.min(other.amountOf(from, source, origin, entry), Memory.MOST_EXACT);
            entries += wide == 1 ? 1 : ahead ? (int) amount : 0;
            past = wide == 1 || ahead ? past : Math.min(Memory.MOST_EXACT, past + amount);
        }
        return entries + (int) past;
    }

    /** The latest instant at which an entry of the unit that began then can have been charged by now. */
    private long latestOf(long began, long now) {
        long last = began + unitNanos - 1;
        return began <= now ? Math.min(last, now) : last;
    }

    private void insert(long[] words, int ring, int base, int entry, long unit) {
        words[ring] = Ring.longer(words[ring]);
        int newest = Ring.count(words[ring]) - 1;
        if (entry == newest) {
            words[ring] = Ring.withNewestOpen(words[ring]);
        }
        for (int later = newest; later > entry; later--) {
            copy(words, ring, base, later - 1, later);
        }
        int at = at(words, ring, base, entry);
        words[at] = unit;
        if (wide == 1) {
            words[at + 1] = 0;
        }
    }

    /** Behind the newest slot lies one that was stamped when it came, and must not be stamped again. */
    private void remove(long[] words, int ring, int base, int entry) {
        for (int earlier = entry; earlier < Ring.count(words[ring]) - 1; earlier++) {
            copy(words, ring, base, earlier + 1, earlier);
        }
        words[ring] = Ring.shorter(words[ring]);
        if (entry == Ring.count(words[ring])) {
            settle(words, ring);
        }
    }

    private void copy(long[] words, int ring, int base, int from, int to) {
        int source = at(words, ring, base, from);
        int target = at(words, ring, base, to);
        words[target] = words[source];
        if (wide == 1) {
            words[target + 1] = words[source + 1];
        }
    }

    /** Copies all entries to a ring that has been straightened. */
    void move(long[] words, int ring, int base, long[] to, int target) {
        int entries = Ring.count(words[ring]);
        for (int entry = 0; entry < entries; entry++) {
            System.arraycopy(words, at(words, ring, base, entry), to, target + wide + (entry << wide), 1 << wide);
        }
        if (wide == 1) {
            to[target] = words[base];
        }
    }

    /** The index of the first entry after this unit; most often there is none, so the search begins at the end. */
    private int firstAfter(long[] words, int ring, int base, long unit) {
        int entry = Ring.count(words[ring]);
        while (entry > 0 && unitOf(words, ring, base, entry - 1) > unit) {
            entry--;
        }
        return entry;
    }

    /** The unit this time lies in. Most often it is the newest entry's, which saves the division. */
    private long unit(long[] words, int ring, int base, long time) {
        if (wide == 0) {
            return time;
        }
        int count = Ring.count(words[ring]);
        if (count > 0) {
            long newest = unitOf(words, ring, base, count - 1);
            long offset = time - newest * unitNanos;
            if (offset >= 0 && offset < unitNanos) {
                return newest;
            }
        }
        return time / unitNanos;
    }

    private void take(long[] words, int base, long amount) {
        if (wide == 1) {
            words[base] -= amount;
        }
    }

    private long unitOf(long[] words, int ring, int base, int entry) {
        return words[at(words, ring, base, entry)];
    }

    private long amountOf(long[] words, int ring, int base, int entry) {
        return wide == 0 ? 1 : words[at(words, ring, base, entry) + 1];
    }

    private int at(long[] words, int ring, int base, int entry) {
        return base + wide + (Ring.place(words[ring], entry) << wide);
    }

    @Override
    public String toString() {
        return Durations.plain(memory.window());
    }
}
