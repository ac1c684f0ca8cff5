package dev.resilience.execution;

import dev.resilience.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One time limit of one call.
 *
 * <p>Who is first, the value or the time? Both move the state away from {@code ARMED} by one CAS, and there is no third
 * way. The loser believes the winner: a late value is dropped, a late expiry does nothing.
 *
 * <p>When does the time begin? Reading the clock at the start of every call would cost more than all the rest, so a
 * deadline starts unstamped: whoever looks first, the watchdog or the call itself, stamps it with the time of that look.
 * It therefore passes late by up to a beat, and never early.
 */
abstract class Deadline {

    private static final int ARMED = 0;
    private static final int DISARMED = 1;
    private static final int FIRING = 2;
    private static final int FIRED = 3;

    private static final VarHandle STATE;
    private static final VarHandle STAMP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Deadline.class, "state", int.class);
            STAMP = lookup.findVarHandle(Deadline.class, "stamp", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The only value a stamp never has: a stamp that would be it is moved one nanosecond into the future. */
    private static final long UNSTAMPED = 0;

    private final long nanos;
    private final boolean wholeStream;
    private volatile int state;
    private volatile long stamp;

    /** The place in the table of armed deadlines; used by its owner's thread only. */
    int slot = -1;

    Deadline(long nanos, boolean wholeStream) {
        this.nanos = nanos;
        this.wholeStream = wholeStream;
    }

    /** Whether a stream has to end within it, not only to begin. */
    final boolean wholeStream() {
        return wholeStream;
    }

    /** The time it gives. */
    final long nanos() {
        return nanos;
    }

    /** What is left of the time; zero or less when it has passed. Stamps an unstamped deadline. */
    final long remaining(long now) {
        return stamped(now) + nanos - now;
    }

    /** Whether the time has won. */
    final boolean fired() {
        return state >= FIRING;
    }

    /** Whether it limits nothing any more, because what it was set for has ended in time. */
    final boolean lifted() {
        return state == DISARMED;
    }

    /**
     * The value claims to be first.
     *
     * @return false if the time has won; what it set off has then ended, and {@link #afterFiring} has been called
     */
    final boolean disarm() {
        if (STATE.compareAndSet(this, ARMED, DISARMED)) {
            return true;
        }
        if (state == DISARMED) {
            return true;
        }
        while (state == FIRING) {
            Thread.onSpinWait();
        }
        afterFiring();
        return false;
    }

    /**
     * The watchdog looks: stamps, or fires if the time has passed. The time of the beat may be older than the deadline,
     * if the watchdog was held up since; so a stamp takes the exact time.
     */
    final void look(long now, Ticker exact) {
        if (state != ARMED) {
            return;
        }
        if (stamp == UNSTAMPED) {
            stamped(exact.nanos());
        } else if (remaining(now) <= 0 && STATE.compareAndSet(this, ARMED, FIRING)) {
            try {
                fire();
            } finally {
                state = FIRED;
            }
            announce();
        }
    }

    /** The call itself finds its time over, before the watchdog does: nothing needs to be set off. */
    final void expireNow() {
        STATE.compareAndSet(this, ARMED, FIRED);
    }

    /** Sets off what ends the call. Short, on the watchdog's thread, and done before {@link #disarm} returns. */
    void fire() {}

    /**
     * Tells the call that its time has passed. {@link #disarm} doesn't wait for this, because the call may go on right
     * here, on the watchdog's stack, and then it would wait for itself.
     */
    void announce() {}

    /** Cleans up behind {@link #fire}, on the thread of the call. */
    void afterFiring() {}

    private long stamped(long now) {
        long at = stamp;
        if (at != UNSTAMPED) {
            return at;
        }
        STAMP.compareAndSet(this, UNSTAMPED, now == UNSTAMPED ? now + 1 : now);
        return stamp;
    }
}
