package dev.resilience.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few dozen instructions, of what extends it.
 *
 * <p><b>Why one of its own?</b> A lock of the JDK costs two swaps and, contended, a queue, for a section shorter than
 * queueing; a monitor costs more than the section and, contended, pins the carrier of a virtual thread before JDK 24. So
 * entering is one compare-and-swap and leaving a release store. Who finds it taken spins briefly, then yields, then naps, so
 * that a holder that lost its processor gets it back. Nothing inside blocks, waits or calls a stranger. Not reentrant.
 */
public abstract class BriefLock {

    private static final VarHandle TAKEN;
    private static final int SPINS = 64;
    private static final int YIELDS = 128;
    private static final long NAP_NANOS = 50_000;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(BriefLock.class, "taken", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings("unused") // through TAKEN
    private volatile int taken;

    /** A lock that nobody holds. */
    protected BriefLock() {}

    /** Waits until it is free, and takes it. */
    public final void enter() {
        if (!TAKEN.compareAndSet(this, 0, 1)) {
            enterLate();
        }
    }

    /** Gives it free. For who has it. */
    public final void leave() {
        TAKEN.setRelease(this, 0);
    }

    private void enterLate() {
        for (int tries = 0; (int) TAKEN.getOpaque(this) != 0 || !TAKEN.compareAndSet(this, 0, 1); tries++) {
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
