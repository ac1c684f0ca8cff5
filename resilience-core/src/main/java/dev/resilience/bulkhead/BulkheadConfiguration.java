package dev.resilience.bulkhead;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How many calls may be under way at once, who comes first, and how many may wait for how long. */
public record BulkheadConfiguration(
        @Knob(
                value =
                        "How many calls may be under way at once; of an adaptive bulkhead the most it ever allows. Unset, 25, and 200 if adaptive.",
                example = "25")
        Integer maxConcurrent,

        @Knob(
                value = "How long a call may wait for a seat. Zero, it is refused at once.",
                byDefault = "0",
                example = "500ms",
                outranks = "low-priority-share")
        Duration maxWait,

        @Knob(
                value =
                        "How many calls may wait for a seat, the most important first, among equals first come first served. Unset, 100 if max-wait is set, else none.",
                example = "50")
        Integer maxWaiting,

        @Knob(
                value =
                        "Whose seats they are, as an expression: each key has as many. Without one they are everybody's together.",
                example = "#tenant")
        @Nullable String key,

        @Knob(
                value =
                        "How important a call is: low, normal, high, a whole number (larger is more important), or an expression giving one. Unset, as important as the guarded call around it, else normal.",
                example = "low")
        @Nullable String priority,

        @Knob(
                value =
                        "Where nobody waits in line, calls below normal priority get a seat only while fewer than this share of the seats is taken, in percent. Unset, 80.",
                example = "50%")
        Double lowPriorityShare,

        @Knob(
                value = "Whether the number of seats follows what the guarded work bears, and how.",
                byDefault = "none",
                example = "gradient")
        Adaptive adaptive,

        @Knob(value = "The fewest calls that an adaptive bulkhead allows at once.", byDefault = "1", needs = "adaptive")
        Integer minConcurrent,

        @Knob(
                value =
                        "How many calls an adaptive bulkhead allows at once before it has learned anything. Unset, 20, within its bounds.",
                example = "20",
                needs = "adaptive")
        Integer initialConcurrent) {

    /** The line of a bulkhead that says how long to wait but not how many. */
    static final int USUAL_LINE = 100;

    private static final int USUAL_SEATS = 25;
    private static final int USUAL_CEILING = 200;
    private static final int USUAL_START = 20;
    private static final double USUAL_SHARE = 80;

    public BulkheadConfiguration {
        boolean waits = !maxWait.isZero();
        boolean adapts = adaptive != Adaptive.NONE;
        boolean shares = lowPriorityShare != null;
        maxWaiting = maxWaiting != null ? maxWaiting : waits ? USUAL_LINE : 0;
        maxConcurrent = maxConcurrent != null ? maxConcurrent : adapts ? USUAL_CEILING : USUAL_SEATS;
        lowPriorityShare = shares ? lowPriorityShare : USUAL_SHARE;
        Rules rules = new Rules()
                .atLeast("max-concurrent", maxConcurrent, 1, "25")
                .notNegative("max-wait", maxWait, "500ms")
                .atLeast("max-waiting", maxWaiting, 0, "50")
                .between("low-priority-share", lowPriorityShare, 1, 100, "80%")
                .atLeast("min-concurrent", minConcurrent, 1, "1")
                .atLeast("initial-concurrent", initialConcurrent, 1, "20")
                .otherwise(
                        maxWaiting <= 0 || waits,
                        "max-waiting",
                        maxWaiting,
                        "lets calls wait, but max-wait gives them no time",
                        "Set max-wait as well, such as 'max-wait: 500ms'")
                .otherwise(
                        !shares || maxWaiting <= 0,
                        "low-priority-share",
                        lowPriorityShare,
                        "has no effect where calls wait in line: there the more important come first",
                        "Remove low-priority-share, or max-wait and max-waiting")
                .otherwise(
                        !adapts || key == null,
                        "adaptive",
                        adaptive,
                        "can't go with a key: too few calls of each key tell how many are too many",
                        "Remove 'key', or write 'adaptive: none'");
        if (adapts) {
            adapting(rules, minConcurrent, maxConcurrent, initialConcurrent);
        }
        rules.report();
        initialConcurrent = initialConcurrent != null
                ? initialConcurrent
                : Math.max(minConcurrent, Math.min(maxConcurrent, USUAL_START));
    }

    /** Those that have no effect without adaptive are not judged by it: it may be switched off for a while. */
    private static void adapting(Rules rules, int least, int most, @Nullable Integer start) {
        rules.otherwise(
                        least <= most,
                        "min-concurrent",
                        least,
                        "is more than max-concurrent (" + most + ")",
                        "Lower min-concurrent, or raise max-concurrent")
                .otherwise(
                        start == null || least > most || start >= least && start <= most,
                        "initial-concurrent",
                        start,
                        "must be between min-concurrent (" + least + ") and max-concurrent (" + most + ")",
                        "Write for example 'initial-concurrent: " + least + "'");
    }
}
