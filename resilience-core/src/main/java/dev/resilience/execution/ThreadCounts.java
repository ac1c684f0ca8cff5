package dev.resilience.execution;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
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

    static final ThreadCounts SHARED = new ThreadCounts();

    private static final int FIRST = 16;
    private static final AtomicLongArray NONE = new AtomicLongArray(0);
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private final ThreadLocal<AtomicLongArray> own = ThreadLocal.withInitial(this::begin);
    private final AtomicInteger places = new AtomicInteger();

    // Guarded by this:
    private final List<Owned> all = new ArrayList<>();
    private final long[] left = new long[MOST];

    /** A place for a new counter, which may be one that nobody has room for. */
    int nextPlace() {
        return places.getAndUpdate(next -> Math.min(next + 1, MOST));
    }

    /** The counts of this thread; perhaps fewer than it needs. */
    AtomicLongArray own() {
        return own.get();
    }

    /** The counts of this thread, with this place among them; null if it has none of its own, or this place doesn't exist. */
    synchronized @Nullable AtomicLongArray grown(int place) {
        AtomicLongArray few = own.get();
        if (few == NONE || place >= MOST) {
            return null;
        }
        AtomicLongArray more = new AtomicLongArray(Math.min(MOST, Integer.highestOneBit(place) * 2));
        for (int index = 0; index < few.length(); index++) {
            more.setPlain(index, few.getPlain(index));
        }
        all.removeIf(owned -> owned.counts == few);
        all.add(new Owned(more));
        own.set(more);
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

    private AtomicLongArray begin() {
        return isVirtual(Thread.currentThread()) ? NONE : register();
    }

    private synchronized AtomicLongArray register() {
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

    private static boolean isVirtual(Thread thread) {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException before21) {
            return null;
        }
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
