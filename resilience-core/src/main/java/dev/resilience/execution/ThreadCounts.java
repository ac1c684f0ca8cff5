package dev.resilience.execution;

import dev.resilience.time.VirtualThreads;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The counts of each thread, by the place of the counter: written by their thread alone, read by whoever wants a sum.
 *
 * <p>What a thread has counted must outlive it. Nobody tells when a thread ends, so whoever comes new looks who is dead, and
 * adds up what they have left. That a thread is found dead happens after all it did, so its last count is in it.
 *
 * <p>Virtual threads have no counts of their own: there may be a million, and each would leave something to add up. Threads
 * hold on to nothing of ours but an array of the JDK, and we hold on to no thread. Thread-safe: the list of counts is under
 * the lock of this object, the counts themselves need none.
 */
final class ThreadCounts {

    /** Counters beyond this number have no place: they would cost each thread 8 bytes. */
    static final int MOST = 1024;

    static final ThreadCounts SHARED = new ThreadCounts(ThreadCell::own);

    private static final int FIRST = 16;
    private static final AtomicLongArray NONE = new AtomicLongArray(0);

    private final Supplier<@Nullable Object[]> cells;
    private final AtomicInteger places = new AtomicInteger();

    // Guarded by this:
    private final List<Owned> all = new ArrayList<>();
    private final long[] left = new long[MOST];

    /** @param cells where the current thread keeps its counts */
    ThreadCounts(Supplier<@Nullable Object[]> cells) {
        this.cells = cells;
    }

    /** A place for a new counter, which may be one that nobody has room for. */
    int nextPlace() {
        return places.getAndUpdate(next -> Math.min(next + 1, MOST));
    }

    /** The cell of the current thread, with its counts; perhaps none yet, or fewer than it needs. */
    @Nullable Object[] cell() {
        return cells.get();
    }

    /** The counts of this thread, with this place among them; null if it has none of its own, or this place doesn't exist. */
    @Nullable AtomicLongArray grown(@Nullable Object[] cell, int place) {
        return cell[ThreadCell.COUNTS] == NONE || place >= MOST ? null : grownByLock(cell, place);
    }

    private synchronized @Nullable AtomicLongArray grownByLock(@Nullable Object[] cell, int place) {
        AtomicLongArray few = begun(cell);
        if (few == NONE) {
            return null;
        }
        if (place < few.length()) {
            return few;
        }
        AtomicLongArray more = new AtomicLongArray(Math.min(MOST, Integer.highestOneBit(place) * 2));
        for (int index = 0; index < few.length(); index++) {
            more.setPlain(index, few.getPlain(index));
        }
        all.removeIf(owned -> owned.counts == few);
        all.add(new Owned(more));
        cell[ThreadCell.COUNTS] = more;
        return more;
    }

    /** What all threads, dead or alive, have counted at this place. */
    synchronized long sum(int place) {
        if (place >= MOST) {
            return 0;
        }
        long sum = left[place];
        for (Owned owned : all) {
            sum += place < owned.counts.length() ? owned.counts.getAcquire(place) : 0;
        }
        return sum;
    }

    /** How many threads have counts here that nobody has added up yet: for tests. */
    synchronized int owners() {
        return all.size();
    }

    private AtomicLongArray begun(@Nullable Object[] cell) {
        AtomicLongArray own = (AtomicLongArray) cell[ThreadCell.COUNTS];
        if (own == null) {
            own = VirtualThreads.is(Thread.currentThread()) ? NONE : register();
            cell[ThreadCell.COUNTS] = own;
        }
        return own;
    }

    private AtomicLongArray register() {
        for (Iterator<Owned> each = all.iterator(); each.hasNext(); ) {
            Owned owned = each.next();
            if (owned.isOfTheDead()) {
                owned.addTo(left);
                each.remove();
            }
        }
        AtomicLongArray counts = new AtomicLongArray(FIRST);
        all.add(new Owned(counts));
        return counts;
    }

    /** What one thread counts. */
    private static final class Owned {

        private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());
        private final AtomicLongArray counts;

        private Owned(AtomicLongArray counts) {
            this.counts = counts;
        }

        boolean isOfTheDead() {
            Thread owner = thread.get();
            return owner == null || !owner.isAlive();
        }

        void addTo(long[] sums) {
            for (int place = 0; place < counts.length(); place++) {
                sums[place] += counts.getAcquire(place);
            }
        }
    }
}
