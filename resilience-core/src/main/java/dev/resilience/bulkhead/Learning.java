package dev.resilience.bulkhead;

import dev.resilience.Call;
import dev.resilience.Outcome;
import org.jspecify.annotations.Nullable;

/** What a bulkhead learns from its calls about how many seats are right, if it is to. Thread-safe. */
final class Learning {

    private final Bounds bounds;
    private final Overload overload;
    private Adaptive way = Adaptive.NONE;
    private volatile @Nullable AdaptiveLimit limit;

    Learning(Bounds bounds, Overload overload) {
        this.bounds = bounds;
        this.overload = overload;
    }

    /** Whether calls have to tell when they went in. */
    boolean isOn() {
        return limit != null;
    }

    /**
     * Sets the bounds. What was learned is kept as long as the way of learning stays the same, and how many seats there are
     * as long as there is a way. One change after the other.
     */
    void configure(BulkheadConfiguration changed) {
        AdaptiveLimit next = next(changed);
        way = changed.adaptive();
        limit = next;
        if (next == null) {
            bounds.set(changed.maxConcurrent(), changed.maxWaiting(), changed.lowPriorityShare());
            return;
        }
        next.bounds(changed.minConcurrent(), changed.maxConcurrent());
        bounds.set(next, changed.maxWaiting(), changed.lowPriorityShare());
    }

    private @Nullable AdaptiveLimit next(BulkheadConfiguration changed) {
        AdaptiveLimit before = limit;
        if (changed.adaptive() == way) {
            return before;
        }
        if (changed.adaptive() == Adaptive.NONE) {
            return null;
        }
        int initial = before == null ? changed.initialConcurrent() : before.limit();
        return new AdaptiveLimit(changed.adaptive(), changed.minConcurrent(), changed.maxConcurrent(), initial);
    }

    /**
     * A call has ended that went in then. Only one that was worked on tells something, and only if it ended well or was one too
     * many.
     *
     * @param wentIn in nanoseconds; 0 where that wasn't noted
     * @param seats those in use, its own among them
     * @return whether there are more or fewer seats now, so that they have to be handed on
     */
    boolean hear(Call call, long wentIn, Seats seats) {
        AdaptiveLimit learning = limit;
        if (learning == null || wentIn == 0 || !call.invoked()) {
            return false;
        }
        boolean tooMany = overload.isMeantBy(call);
        boolean tells = tooMany || call.outcome() == Outcome.VALUE;
        boolean changed = tells && learning.ended(wentIn, call.now(), seats.inUse(), tooMany);
        if (changed) {
            bounds.follow(learning);
        }
        return changed;
    }

    /** The mean latency of late; 0 if nobody knows. */
    long latencyMicros() {
        AdaptiveLimit learning = limit;
        return learning == null ? 0 : micros(learning.latencyNanos());
    }

    /** The latency without load; 0 if nobody knows. */
    long noLoadMicros() {
        AdaptiveLimit learning = limit;
        return learning == null ? 0 : micros(learning.noLoadNanos());
    }

    private static long micros(double nanos) {
        return Math.round(nanos / 1_000);
    }
}
