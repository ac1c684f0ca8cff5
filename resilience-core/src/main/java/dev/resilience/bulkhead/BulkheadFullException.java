package dev.resilience.bulkhead;

import dev.resilience.CallRejectedException;
import dev.resilience.configuration.Durations;
import java.io.Serial;
import java.time.Duration;

/** A bulkhead refused a call because all its seats were taken, and the line was full or the wait over. */
public final class BulkheadFullException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int maxConcurrent;
    private final int waiting;
    private final long waitedNanos;

    BulkheadFullException(String name, int maxConcurrent, int waiting, long waitedNanos) {
        super(BulkheadKind.ID, name, UNKNOWN);
        this.maxConcurrent = maxConcurrent;
        this.waiting = waiting;
        this.waitedNanos = waitedNanos;
    }

    /** How many calls may be under way at once. */
    public int maxConcurrent() {
        return maxConcurrent;
    }

    @Override
    protected String reason() {
        String taken = "all " + maxConcurrent + " seats are taken";
        if (waitedNanos > 0) {
            return taken + " and none came free within " + Durations.plain(Duration.ofNanos(waitedNanos));
        }
        return waiting > 0 ? taken + " and " + waiting + " calls wait in line" : taken;
    }
}
