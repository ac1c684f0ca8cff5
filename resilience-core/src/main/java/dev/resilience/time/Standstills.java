package dev.resilience.time;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * When a tick stood still for longer than a few beats, as far as anybody can still ask. One thread writes, any number
 * reads without a lock.
 *
 * <p><b>How can memory be bounded though windows last for years?</b> Who asks about a long time tolerates long standstills,
 * and of those only few fit into it. So standstills are kept by length, one class for each power of two, and each class
 * remembers the last {@value #KEPT}. At most two standstills overlap, because a tick is read before it is published and a
 * standstill ends after; so the last {@value #SEARCHED} of at least 2<sup>n</sup> nanoseconds cover more than a thousand
 * times that.
 */
final class Standstills {

    private static final int FINEST = Long.numberOfTrailingZeros(Pulse.FINEST_TOLERANCE);
    private static final int CLASSES = 28;
    private static final int KEPT = 1 << 11;
    private static final int SEARCHED = KEPT - 32;

    /** Created when the first standstill of a class comes: long ones never do. */
    private final AtomicReferenceArray<Kept> classes = new AtomicReferenceArray<>(CLASSES);
    /** When the last standstill of this class or a longer one ended. */
    private final AtomicLongArray lastEnds = new AtomicLongArray(CLASSES);

    /** @param start no standstill began before */
    Standstills(long start) {
        for (int each = 0; each < CLASSES; each++) {
            lastEnds.set(each, start);
        }
    }

    /** The tick stood here, and by then everybody was told a later one. Ends never go back. */
    void record(long tick, long end) {
        if (end - tick < Pulse.FINEST_TOLERANCE) {
            return;
        }
        int size = classOf(end - tick);
        Kept kept = classes.get(size);
        if (kept == null) {
            kept = new Kept();
            classes.set(size, kept);
        }
        kept.add(tick, end);
        for (int each = 0; each <= size; each++) {
            lastEnds.set(each, end);
        }
    }

    /** The end of the last standstill of a tick before this instant that was longer than the tolerance, or the instant if that is later. */
    long lastToldBefore(long instant, long tolerance) {
        int smallest = classOf(tolerance);
        if (instant - lastEnds.get(smallest) >= 0) {
            return instant;
        }
        long last = instant;
        for (int each = smallest; each < CLASSES; each++) {
            Kept kept = classes.get(each);
            long end = kept == null ? instant : kept.endOfLastBefore(instant);
            last = end - last > 0 ? end : last;
        }
        return last;
    }

    private static int classOf(long length) {
        return Math.min(CLASSES - 1, Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(length) - FINEST));
    }

    /** The last standstills of one class, in the order of their beginning and of their end. */
    private static final class Kept {

        private final AtomicLongArray times = new AtomicLongArray(2 * KEPT);
        private final AtomicLong added = new AtomicLong();

        private void add(long tick, long end) {
            long place = added.get();
            times.set(tick(place), tick);
            times.set(tick(place) + 1, end);
            added.set(place + 1);
        }

        /** Rival: the writer, which may overwrite the oldest meanwhile. Those aren't searched, unless it adds dozens. */
        private long endOfLastBefore(long instant) {
            for (; ; ) {
                long count = added.get();
                long oldest = Math.max(0, count - SEARCHED);
                long last = lastBefore(instant, oldest, count);
                long end = last < oldest ? instant : times.get(tick(last) + 1);
                if (added.get() - count < KEPT - SEARCHED) {
                    return end;
                }
            }
        }

        /** The last of these places whose tick is before the instant; one before them all if there is none. */
        private long lastBefore(long instant, long from, long to) {
            long low = from;
            long high = to;
            while (low < high) {
                long middle = low + high >>> 1;
                if (times.get(tick(middle)) - instant < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        private static int tick(long place) {
            return 2 * (int) (place & KEPT - 1);
        }
    }
}
