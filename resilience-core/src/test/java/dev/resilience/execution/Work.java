package dev.resilience.execution;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the guarded method does in a test: it takes its time, and then ends.
 *
 * @param atOnce whether it throws before it has given a future or publisher
 * @param deaf whether it goes on when it is interrupted or cancelled
 */
record Work(
        long nanos,
        boolean atOnce,
        boolean deaf,
        @Nullable Object value,
        @Nullable Throwable failure) {

    /** Work that gives this at once. */
    static Work gives(@Nullable Object value) {
        return new Work(0, false, false, value, null);
    }

    /** Work that fails with this in its future or publisher, or throws it. */
    static Work fails(Throwable failure) {
        return new Work(0, false, false, null, failure);
    }

    /** Work that throws this before it has given anything. */
    static Work throwsAtOnce(Throwable failure) {
        return new Work(0, true, false, null, failure);
    }

    /** The same, after this time. */
    Work after(Duration time) {
        return new Work(time.toNanos(), atOnce, deaf, value, failure);
    }

    /** The same, undisturbed by interrupts and cancellations. */
    Work ignoringTheEnd() {
        return new Work(nanos, atOnce, true, value, failure);
    }
}
