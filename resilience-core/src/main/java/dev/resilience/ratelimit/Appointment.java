package dev.resilience.ratelimit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for the first time at which several limiters all have room.
 *
 * <p><b>Isn't that the latest of their first times?</b> It is as long as nothing lies ahead: what has room once has room
 * from then on. But reservations lie ahead, and whoever has room now may have none at the time another one needs. So the
 * search goes from one time to the next at which somebody is ready who wasn't, and ends where everybody is.
 *
 * <p><b>Who is to blame if that is too late?</b> Each limiter allows a wait of its own, and answers only for itself: it
 * refuses if, at a time on the way, it has no room and isn't ready within its own {@code max-wait}, or the deadline of
 * the call. What others need doesn't count against it. Going from time to time in the smallest steps, the search meets
 * the same times whichever limiter is named first, and a search that begins later meets all later times of an earlier
 * one. Therefore a limiter that refuses keeps refusing until its wait fits, and {@link #retryAfter} is exact: it begins
 * again when the wait of the one to blame fits, until nobody is to blame.
 *
 * <p>Times are delays from now. Nothing is charged here; it happens behind the gates.
 */
final class Appointment {

    private final List<Share> parts;
    private long delay;
    private @Nullable Share awaited;
    private @Nullable Share blamed;
    private long blamedAt;
    private long readyAt;

    Appointment(List<Share> parts) {
        this.parts = parts;
    }

    /** Whether there is a time that everybody can wait for, no later than this. */
    boolean isFound(long within) {
        return search(0, within);
    }

    /** The time that was found. */
    long delay() {
        return delay;
    }

    /** Who was ready last; null if nobody had to be waited for. */
    @Nullable Share awaited() {
        return awaited;
    }

    /** Who is to blame that there is none refuses, and tells when to come back. */
    void refuse() {
        long retryAfter = retryAfter();
        blamed.refuse(blamedAt, readyAt, retryAfter);
    }

    /** A call that only its deadline keeps from waiting comes back when there is nothing to wait for. */
    private long retryAfter() {
        long start = 0;
        while (!search(start, Long.MAX_VALUE)) {
            if (readyAt == Engine.NEVER) {
                return RateLimitedException.NEVER;
            }
            start = readyAt - blamed.maxWait();
        }
        return start > 0 ? start : delay;
    }

    private boolean search(long start, long within) {
        delay = start;
        awaited = null;
        while (true) {
            Share next = null;
            long soonest = Engine.NEVER;
            for (Share part : parts) {
                long ready = part.earliest(delay);
                if (ready > delay && ready - start > Math.min(part.maxWait(), within)) {
                    blame(part, ready);
                    return false;
                }
                if (ready > delay && ready < soonest) {
                    next = part;
                    soonest = ready;
                }
            }
            if (next == null) {
                return true;
            }
            awaited = next;
            delay = soonest;
        }
    }

    private void blame(Share part, long ready) {
        blamed = part;
        blamedAt = delay;
        readyAt = ready;
    }
}
