package dev.resilience.execution;

import dev.resilience.Admission.ProceedWithin;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One time limit of one call, linked to the next one further out in the same call.
 *
 * <p>It begins unstamped: the time begins when somebody first looks, the watchdog or the call itself. A body that is left
 * behind still finds here that its time is over, whatever the call does meanwhile.
 *
 * <p>One of a thread serves call after call, as its alarm does, until somebody else may know it (see {@link #show}).
 *
 * <p>Disarmed under the turn of its call; asked by anybody.
 */
final class Deadline {

    private static final int ARMED = 0;
    private static final int DISARMED = 1;
    private static final int EXPIRED = 2;

    /** The only value a stamp never has: a stamp that would be it is moved one nanosecond into the future. */
    private static final long UNSTAMPED = 0;

    private static final VarHandle END;
    private static final VarHandle STAMP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            END = lookup.findVarHandle(Deadline.class, "end", int.class);
            STAMP = lookup.findVarHandle(Deadline.class, "stamp", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    int position;

    @Nullable Deadline outer;

    private ProceedWithin limit;
    private final Alarm alarm;
    private long setting;
    private volatile int end; // ARMED at first; set by a release, as only who isn't of the call sees it late
    private volatile long stamp;

    /** @param setting the one of the alarm that belongs to it */
    Deadline(ProceedWithin limit, int position, @Nullable Deadline outer, Alarm alarm, long setting) {
        this.limit = limit;
        this.position = position;
        this.outer = outer;
        this.alarm = alarm;
        this.setting = setting;
    }

    /** Serves another setting of its alarm. What hasn't changed isn't written, lest the collector be told. */
    void again(ProceedWithin nextLimit, int nextPosition, @Nullable Deadline nextOuter, long nextSetting) {
        if (limit != nextLimit) {
            limit = nextLimit;
        }
        if (outer != nextOuter) {
            outer = nextOuter;
        }
        position = nextPosition;
        setting = nextSetting;
        STAMP.set(this, UNSTAMPED);
        END.set(this, ARMED);
    }

    /** Whether a stream has to end within it, not only to begin. */
    boolean wholeStream() {
        return limit.wholeStream();
    }

    /** The time it gives. */
    long nanos() {
        return limit.nanos();
    }

    /** What is left of the time; zero or less when it has passed. Stamps an unstamped deadline. */
    long remaining(long now) {
        long left = stamped(now) + nanos() - now;
        return left > 0 && fired() ? 0 : left;
    }

    /** Whether the time has won. */
    boolean fired() {
        return end == EXPIRED || end == ARMED && alarm.isPassed(setting);
    }

    /** Whether it limits nothing any more, because what it was set for has ended in time. */
    boolean lifted() {
        return end == DISARMED;
    }

    /**
     * The value claims to be first.
     *
     * @return false if the time has won; what it set off has then ended, and is cleaned up
     */
    boolean disarm() {
        if (end == ARMED) {
            END.setRelease(this, alarm.silence(setting) ? DISARMED : EXPIRED);
            alarm.release();
        }
        return end == DISARMED;
    }

    // This one and those outside of it.

    /** They are known outside of their call from now on, and serve no other. */
    void show() {
        for (Deadline each = this; each != null; each = each.outer) {
            each.alarm.shown(each);
        }
    }

    /** The alarms that stand in for the scope of this call, or null. */
    @Nullable ThreadAlarms lentBy(Route route) {
        return alarm.lentBy(route, this);
    }

    /** Whether one may be over: somebody has looked at it before. Only then it is worth reading a clock. */
    boolean mayBeOver() {
        for (Deadline each = this; each != null; each = each.outer) {
            if (each.end == EXPIRED || each.end == ARMED && each.hasBegun()) {
                return true;
            }
        }
        return false;
    }

    /** The outermost one whose time has won, or null. */
    @Nullable Deadline outermostFired() {
        Deadline outermost = null;
        for (Deadline each = this; each != null; each = each.outer) {
            outermost = each.fired() ? each : outermost;
        }
        return outermost;
    }

    /** The one that passes first of those that the call hasn't got past, or null. */
    @Nullable Deadline first(long now) {
        Deadline first = null;
        for (Deadline each = this; each != null; each = each.outer) {
            if (each.end != DISARMED && (first == null || each.remaining(now) < first.remaining(now))) {
                first = each;
            }
        }
        return first;
    }

    /** What those that were set outside of this position leave of the time. */
    long leastRemaining(long now, int inside) {
        long least = Long.MAX_VALUE;
        for (Deadline each = this; each != null; each = each.outer) {
            if (each.position < inside && each.end != DISARMED) {
                least = Math.min(least, each.remaining(now));
            }
        }
        return least;
    }

    /** The call itself finds that time is over, before the watchdog does. */
    void expireWhatIsOver(long now) {
        for (Deadline each = this; each != null; each = each.outer) {
            if (each.end == ARMED && each.remaining(now) <= 0) {
                each.alarm.passNow(each.setting);
            }
        }
    }

    /**
     * The first element of a stream gets past those that don't limit the whole: from the inside out, so that those that are
     * disarmed by then go down with one that has passed. @return false if one was faster
     */
    boolean firstElement() {
        for (Deadline each = this; each != null; each = each.outer) {
            if (!each.wholeStream() && !each.disarm()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasBegun() {
        return stamp != UNSTAMPED || alarm.isSeen(setting) || alarm.isPassed(setting);
    }

    private long stamped(long now) {
        long at = stamp;
        if (at != UNSTAMPED) {
            return at;
        }
        long first = alarm.isSeen(setting) ? alarm.seenAt() : now;
        STAMP.compareAndSet(this, UNSTAMPED, first == UNSTAMPED ? first + 1 : first);
        return stamp;
    }
}
