package dev.resilience.ratelimit;

import dev.resilience.lock.BriefLock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lock before what is charged, and the time behind it.
 *
 * <p><b>Why not compare-and-swap?</b> All windows of a key move together and each is a ring of many numbers, so there is no
 * single word to swap; a copy per decision would allocate. Nothing inside blocks, waits or calls a listener; only who holds
 * one gate may nap before the next. Who holds several has entered them in the order of their numbers, shared buckets behind
 * all others: see {@link Gates}.
 *
 * <p>{@link #advance} makes time monotonic behind the gate: a thread that read the clock and was overtaken on its way
 * here decides at the time of the one that overtook it, which has really passed.
 */
abstract class Gate extends BriefLock {

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final long BEHIND_ALL = 1L << 62;

    /** Its place in the order in which gates are entered. */
    private final long number;

    private long latest = 1;

    Gate() {
        this(false);
    }

    /** @param behindAll whether it is entered by who holds gates that aren't */
    Gate(boolean behindAll) {
        number = NUMBERS.incrementAndGet() + (behindAll ? BEHIND_ALL : 0);
    }

    final long number() {
        return number;
    }

    /** The later one of this time and the latest seen; never before 1. */
    final long advance(long time) {
        if (time > latest) {
            latest = time;
        }
        return latest;
    }
}
