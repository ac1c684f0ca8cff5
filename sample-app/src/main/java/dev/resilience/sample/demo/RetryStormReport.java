package dev.resilience.sample.demo;

import dev.resilience.Pipeline;
import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyStatistics;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted in a retry storm.
 *
 * @param layers the pipelines around a quote, outermost first, since the application started
 * @param naive what becomes of such quotes with plain loops in place of the pipelines
 */
public record RetryStormReport(Down down, Healed healed, Bookings bookings, Naive naive, Map<String, Layer> layers) {

    /**
     * While the carrier was down.
     *
     * @param offered calls that callers made
     * @param reachedCarrier requests that the carrier saw, of first tries and retries
     */
    public record Down(
            long seconds,
            int callers,
            double offeredPerSecond,
            long offered,
            long reachedCarrier,
            double amplification) {

        static Down of(long seconds, int callers, long offered, long reached) {
            return new Down(seconds, callers, ratio(offered, seconds), offered, reached, ratio(reached, offered));
        }
    }

    /**
     * When the carrier was up again.
     *
     * @param lastFailureAfterMillis when the last call began that failed; null if none did
     */
    public record Healed(
            double successShareOfFirst5Seconds,
            double successShareThereafter,
            @Nullable Long lastFailureAfterMillis) {}

    /** Calls that must not be repeated, from the beginning of the storm to its end. */
    public record Bookings(long offered, long reachedCarrier, long retries) {

        static Bookings of(long offered, long reached) {
            return new Bookings(offered, reached, reached - offered);
        }
    }

    /** Calls that are repeated by layers that don't know of each other. */
    public record Naive(long offered, long reachedCarrier, double amplification) {

        static Naive of(long offered, long reached) {
            return new Naive(offered, reached, ratio(reached, offered));
        }
    }

    /** What became of the calls through a pipeline, and how its policies stand. */
    public record Layer(Map<String, Number> calls, List<PolicyStatistics> policies) {

        static Layer of(Pipeline pipeline) {
            PipelineStatistics statistics = pipeline.statistics();
            return new Layer(statistics.numbers(), statistics.policies());
        }
    }

    /** With three decimals; 0 of nothing. */
    static double ratio(long part, long whole) {
        return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 1000.0;
    }
}
