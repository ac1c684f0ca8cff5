package dev.resilience.execution;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one call, by the position of the policy that set them. Used under the turn of its call; what the
 * watchdog does to a single deadline meanwhile is settled in {@link Deadline}.
 */
final class CallDeadlines {

    private static final int NOWHERE = -1;

    private final @Nullable Deadline[] armed;
    private final Deadlines watched;

    CallDeadlines(int stages, Deadlines watched) {
        this.armed = new Deadline[stages];
        this.watched = watched;
    }

    void arm(int at, Deadline deadline) {
        armed[at] = deadline;
        watched.arm(deadline);
    }

    /** The deadline of this position, or null. */
    @Nullable Deadline at(int at) {
        return armed[at];
    }

    /** The deadline of this position, which is not looked at by the watchdog any more; null if there is none. */
    @Nullable Deadline take(int at) {
        Deadline taken = armed[at];
        if (taken != null) {
            armed[at] = null;
            watched.release(taken);
        }
        return taken;
    }

    /** Where the outermost deadline stands that has passed, or -1. */
    int outermostFired() {
        for (int at = 0; at < armed.length; at++) {
            Deadline deadline = armed[at];
            if (deadline != null && deadline.fired()) {
                return at;
            }
        }
        return NOWHERE;
    }

    /** A wait that was cut to a deadline ends at its time: the call need not wait for the watchdog to say so. */
    void expireWhatIsOver(long now) {
        for (Deadline deadline : armed) {
            if (deadline != null && deadline.remaining(now) <= 0) {
                deadline.expireNow();
            }
        }
    }

    /** What the deadlines outside of this position leave of the time. */
    long remaining(long now, int outsideOf) {
        long least = Long.MAX_VALUE;
        for (int at = 0; at < outsideOf; at++) {
            Deadline deadline = armed[at];
            least = deadline == null ? least : Math.min(least, deadline.remaining(now));
        }
        return least;
    }

    /** What all of them leave of the time. */
    long remaining(long now) {
        return remaining(now, armed.length);
    }

    /** Where the one stands that passes first, or -1. */
    int first(long now) {
        int first = NOWHERE;
        for (int at = 0; at < armed.length; at++) {
            if (armed[at] != null && (first == NOWHERE || armed[at].remaining(now) < armed[first].remaining(now))) {
                first = at;
            }
        }
        return first;
    }

    /** The first element of a stream gets past the deadlines that don't limit the whole; false if one was faster. */
    boolean firstElement() {
        if (outermostFired() != NOWHERE || !disarmThoseOfTheFirstElement()) {
            return false;
        }
        for (int at = 0; at < armed.length; at++) {
            Deadline deadline = armed[at];
            if (deadline != null && !deadline.wholeStream()) {
                take(at);
            }
        }
        return true;
    }

    /** From the inside out: if one has passed, those that are disarmed by then are inside it, and go down with it. */
    private boolean disarmThoseOfTheFirstElement() {
        for (int at = armed.length - 1; at >= 0; at--) {
            Deadline deadline = armed[at];
            if (deadline != null && !deadline.wholeStream() && !deadline.disarm()) {
                return false;
            }
        }
        return true;
    }
}
