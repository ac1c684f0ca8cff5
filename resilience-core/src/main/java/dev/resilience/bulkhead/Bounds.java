package dev.resilience.bulkhead;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How many seats there are, who may take them, and how many may wait: for all {@link Seats} of one policy. Thread-safe. */
final class Bounds {

    /** What became of those who waited and got no seat. */
    final LongAdder shed = new LongAdder();

    final LongAdder gaveUp = new LongAdder();

    private @Nullable AdaptiveLimit followed;
    private volatile int limit;
    private volatile int forAnybody;
    private volatile int maxWaiting;
    private volatile double lowPriorityShare;

    Bounds(int limit, int maxWaiting, double lowPriorityShare) {
        set(limit, maxWaiting, lowPriorityShare);
    }

    /**
     * Whoever changes the bounds makes the seats hand on afterwards, one and all.
     *
     * @param share how much of the seats those of low priority may take where nobody waits in line, in percent
     */
    synchronized void set(int seats, int places, double share) {
        followed = null;
        lowPriorityShare = share;
        maxWaiting = places;
        limit(seats);
    }

    /** The same with as many seats as that limit says. */
    synchronized void set(AdaptiveLimit adaptive, int places, double share) {
        set(adaptive.limit(), places, share);
        followed = adaptive;
    }

    /**
     * As many seats as that limit says now. Of two who see it change, the later one sees the later limit; who comes with one
     * that doesn't hold any more changes nothing.
     */
    synchronized void follow(AdaptiveLimit adaptive) {
        if (adaptive == followed) {
            limit(adaptive.limit());
        }
    }

    private void limit(int seats) {
        limit = seats;
        forAnybody = maxWaiting > 0 ? seats : (int) Math.max(1, Math.ceil(seats * lowPriorityShare / 100));
    }

    int limit() {
        return limit;
    }

    /** How many seats are taken without asking who comes: the rest is kept for calls of normal priority and above. */
    int forAnybody() {
        return forAnybody;
    }

    int maxWaiting() {
        return maxWaiting;
    }
}
