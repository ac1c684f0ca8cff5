package dev.resilience.ratelimit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few dozen instructions, and the time behind it.
 *
 * <p><b>Why neither compare-and-swap nor a lock of the JDK?</b> All windows of a key move together and each is a ring of
 * many numbers, so there is no single word to swap; a copy per decision would allocate. A lock of the JDK costs two
 * swaps and, contended, a queue, for a section shorter than queueing. So entering is one compare-and-swap and leaving a
 * release store. Who finds the gate closed spins briefly, then yields, then naps, so that a holder that lost its
 * processor gets it back. Nothing inside blocks, waits or calls a listener; only who holds one gate may nap before the next. Not
 * reentrant. Who holds several has entered them in the order of their numbers, shared buckets behind all others: see
 * {@link Gates}.
 *
 * <p>{@link #advance} makes time monotonic behind the gate: a thread that read the clock and was overtaken on its way
 * here decides at the time of the one that overtook it, which has really passed.
 */
abstract class Gate {

    private static final VarHandle CLOSED;
    private static final int SPINS = 64;
    private static final int YIELDS = 128;
    private static final long NAP_NANOS = 50_000;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Gate.class, "closed", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final long BEHIND_ALL = 1L << 62;

    /** Its place in the order in which gates are entered. */
    private final long number;

    @SuppressWarnings("unused") // through CLOSED
    private volatile int closed;

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

    final void enter() {
        if (!CLOSED.compareAndSet(this, 0, 1)) {
            enterLate();
        }
    }

    final void leave() {
        CLOSED.setRelease(this, 0);
    }

    /** The later one of this time and the latest seen; never before 1. */
    final long advance(long time) {
        if (time > latest) {
            latest = time;
        }
        return latest;
    }

    private void enterLate() {
        for (int tries = 0; (int) CLOSED.getOpaque(this) != 0 || !CLOSED.compareAndSet(this, 0, 1); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < SPINS + YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }
}
