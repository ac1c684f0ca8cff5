package dev.resilience.bulkhead;

import dev.resilience.CallRejectedException;
import dev.resilience.Priority;
import dev.resilience.configuration.Durations;
import java.io.Serial;
import java.time.Duration;

/** A bulkhead refused a call because there was no seat for it. */
public final class BulkheadFullException extends CallRejectedException {

    /** Why there was no seat. */
    public enum Why {
        /** All were taken, and nobody else could wait. */
        TAKEN,
        /** All were taken, and none came free while the call waited. */
        WAITED_IN_VAIN,
        /** The call waited, and a more important one took its place in the line. */
        SHED,
        /** Those that were free are kept for more important calls. */
        KEPT
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private final Why why;
    private final int priority;
    private final int maxConcurrent;
    private final int waiting;
    private final long waitedNanos;

    BulkheadFullException(String name, Why why, int priority, int maxConcurrent, int waiting, long waitedNanos) {
        super(BulkheadKind.ID, name, UNKNOWN);
        this.why = why;
        this.priority = priority;
        this.maxConcurrent = maxConcurrent;
        this.waiting = waiting;
        this.waitedNanos = waitedNanos;
    }

    /** Why there was no seat. */
    public Why why() {
        return why;
    }

    /** How important the call was; see {@link Priority}. */
    public int priority() {
        return priority;
    }

    /** How many calls may be under way at once. */
    public int maxConcurrent() {
        return maxConcurrent;
    }

    private String line() {
        return waiting == 1 ? "1 call waits in line" : waiting + " calls wait in line";
    }

    @Override
    protected String reason() {
        String taken = maxConcurrent == 1 ? "the only seat is taken" : "all " + maxConcurrent + " seats are taken";
        String reason =
                switch (why) {
                    case TAKEN -> waiting > 0 ? taken + " and " + line() : taken;
                    case WAITED_IN_VAIN ->
                        taken + " and none came free within " + Durations.plain(Duration.ofNanos(waitedNanos));
                    case SHED -> taken + " and a more important call took its place in the line";
                    case KEPT -> "the seats that are free of " + maxConcurrent + " are kept for more important calls";
                };
        return priority == Priority.NORMAL ? reason : reason + " (its priority is " + priority + ")";
    }
}
