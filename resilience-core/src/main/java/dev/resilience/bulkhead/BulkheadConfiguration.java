package dev.resilience.bulkhead;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;

/** How many calls may be under way at once, and how many may wait for how long. */
public record BulkheadConfiguration(
        @Knob(value = "How many calls may be under way at once.", byDefault = "25")
        Integer maxConcurrent,

        @Knob(
                value = "How long a call may wait for a seat. Zero, it is refused at once.",
                byDefault = "0",
                example = "500ms")
        Duration maxWait,

        @Knob(
                value =
                        "How many calls may wait for a seat, first come first served. Unset, 100 if max-wait is set, else none.",
                example = "50")
        Integer maxWaiting) {

    /** The line of a bulkhead that says how long to wait but not how many. */
    static final int USUAL_LINE = 100;

    public BulkheadConfiguration {
        boolean waits = !maxWait.isZero();
        maxWaiting = maxWaiting != null ? maxWaiting : waits ? USUAL_LINE : 0;
        new Rules()
                .atLeast("max-concurrent", maxConcurrent, 1, "25")
                .notNegative("max-wait", maxWait, "500ms")
                .atLeast("max-waiting", maxWaiting, 0, "50")
                .otherwise(
                        maxWaiting <= 0 || waits,
                        "max-waiting",
                        maxWaiting,
                        "lets calls wait, but max-wait gives them no time",
                        "Set max-wait as well, such as 'max-wait: 500ms'")
                .report();
    }
}
