package dev.resilience.retry;

import dev.resilience.failure.Suppression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a call remembers of its attempts. Made at the first failure or hedge; used by one thread at a time. */
final class Attempts {

    private final List<Throwable> failures = new ArrayList<>();
    private int failed;
    private long lastWaitNanos;
    private int hedges;

    /** How many attempts have failed before the one that is judged now. */
    int failed() {
        return failed;
    }

    /** How many have been made, the one that is judged now and all hedges included. */
    int made() {
        return failed + 1 + hedges;
    }

    /** A hedge begins beside the attempt that is under way. */
    void hedged() {
        hedges++;
    }

    /** The wait before the attempt that is judged now; 0 for the first. */
    long lastWaitNanos() {
        return lastWaitNanos;
    }

    /** @param failure null where a result wasn't good enough */
    void retriedAfter(@Nullable Throwable failure, long waitNanos) {
        failed++;
        if (failure != null) {
            failures.add(failure);
        }
        lastWaitNanos = waitNanos;
    }

    /** Suppresses the earlier failures into the last one, which is the one that goes out. */
    void suppressInto(Throwable last) {
        Suppression.into(last, failures);
    }
}
