package dev.resilience.timeout;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a call may take; at least one of the two times is given. */
public record TimeoutConfiguration(
        @Knob(value = "How long each attempt may take, the wait for a bulkhead's seat included.", example = "2s")
        @Nullable Duration timeout,

        @Knob(value = "How long the call may take with all its attempts and the pauses between them.", example = "10s")
        @Nullable Duration total,

        @Knob(
                value = "What a call gives that runs out of time, instead of failing; where 'total' is unset each"
                        + " attempt gives it, and no retry or circuit breaker sees that it was late.",
                example = "0")
        @Nullable String value,

        @Knob(
                value =
                        "Where the method runs: 'caller', interrupted when the time is over; or 'thread', on a thread of its"
                                + " own, for methods that ignore interrupts: their callers leave on time.",
                byDefault = "caller",
                example = "thread")
        Isolation isolation) {

    public TimeoutConfiguration {
        boolean given = timeout != null || total != null;
        boolean ordered = timeout == null || total == null || total.compareTo(timeout) > 0;
        new Rules()
                .positive("timeout", timeout, "2s")
                .positive("total", total, "10s")
                .otherwise(
                        given,
                        "timeout",
                        null,
                        "neither 'timeout' nor 'total' is set",
                        "Write for example 'timeout: 2s' for each attempt, or 'total: 10s' for the call")
                .otherwise(
                        ordered,
                        "total",
                        total,
                        "must be longer than 'timeout', the time of one attempt",
                        "Make 'total' the time of all attempts and pauses together, or shorten 'timeout'")
                .report();
    }
}
