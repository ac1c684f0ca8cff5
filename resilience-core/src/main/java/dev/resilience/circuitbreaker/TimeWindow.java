package dev.resilience.circuitbreaker;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the last seconds, by slots of a thirtieth of the span: the running slot and the 29 before it.
 *
 * <p>Calls, failures and slow calls are counted in rings of their own, so that the everyday call costs one CAS. Calls are
 * counted first and summed up last: who looks in between sees a rate that is too low for a moment, never one that opens
 * the breaker without a reason.
 */
final class TimeWindow implements OutcomeWindow {

    static final int SLOTS = 30;

    private final EpochRing calls = new EpochRing(SLOTS);
    private final EpochRing failures = new EpochRing(SLOTS);
    private final EpochRing slowCalls = new EpochRing(SLOTS);
    private final long slotNanos;
    private final long origin;

    /** The newest epoch with a failure or a slow call: once it has left the window, there is nothing to sum up. */
    private final AtomicLong lastSpoilt = new AtomicLong(-SLOTS);

    /** Whether a call was ever slow; where slow calls don't matter, they needn't be summed up. */
    private volatile boolean knowsSlowCalls;

    /**
     * The epoch in which somebody was told of enough calls. More good ones in it make no rate worse, so only who brings a
     * failure or a slow call has to sum up again. Until old calls leave: that is another epoch.
     */
    private volatile long told = Long.MIN_VALUE;

    TimeWindow(long spanNanos, long tick) {
        this.slotNanos = spanNanos / SLOTS;
        this.origin = tick;
    }

    @Override
    public @Nullable WindowCounts record(boolean failed, boolean slow, long tick, int enough) {
        long epoch = epoch(tick);
        calls.add(epoch, 1);
        if (failed) {
            failures.add(epoch, 1);
        }
        if (slow) {
            if (!knowsSlowCalls) {
                knowsSlowCalls = true;
            }
            slowCalls.add(epoch, 1);
        }
        if (failed || slow) {
            spoil(epoch);
        }
        if (epoch - lastSpoilt.get() >= SLOTS || !failed && !slow && epoch == told) {
            return null;
        }
        WindowCounts counts = sum(epoch);
        if (counts.calls() >= enough && epoch != told) {
            told = epoch;
        }
        return counts;
    }

    private void spoil(long epoch) {
        long seen = lastSpoilt.get();
        while (seen < epoch && !lastSpoilt.compareAndSet(seen, epoch)) {
            seen = lastSpoilt.get();
        }
    }

    /** Epochs begin one turn above zero, so that a tick a little behind the origin still finds the empty slots old. */
    private long epoch(long tick) {
        return Math.floorDiv(tick - origin, slotNanos) + SLOTS;
    }

    @Override
    public WindowCounts tally(long tick) {
        return sum(epoch(tick));
    }

    private WindowCounts sum(long epoch) {
        long failed = failures.sum(epoch);
        long slow = knowsSlowCalls ? slowCalls.sum(epoch) : 0;
        return new WindowCounts(calls.sum(epoch), failed, slow);
    }

    @Override
    public boolean isOfTime() {
        return true;
    }

    @Override
    public OutcomeWindow resized(Window window, long tick) {
        if (window.span() == null) {
            return OutcomeWindow.of(window, tick);
        }
        long spanNanos = window.span().toNanos();
        return spanNanos / SLOTS == slotNanos ? this : copied(new TimeWindow(spanNanos, tick), epoch(tick));
    }

    private TimeWindow copied(TimeWindow copy, long epoch) {
        calls.copyTo(copy.calls, epoch, each -> copy.epoch(beginOf(each)));
        failures.copyTo(copy.failures, epoch, each -> copy.epoch(beginOf(each)));
        slowCalls.copyTo(copy.slowCalls, epoch, each -> copy.epoch(beginOf(each)));
        copy.knowsSlowCalls = knowsSlowCalls;
        copy.lastSpoilt.set(copy.epoch(beginOf(epoch)));
        return copy;
    }

    private long beginOf(long epoch) {
        return origin + (epoch - SLOTS) * slotNanos;
    }
}
