package dev.resilience.execution;

import dev.resilience.Outcome;
import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts how the calls of one operation ended, each once. Thread-safe.
 *
 * <p>Plain calls are counted anyway, for the policies they pass. Calls that have a value on another way, such as a hit of a
 * cache, are many too, so they have a counter of the same sort. All others have gone wrong, and can afford an adder.
 */
public final class Ends {

    private final CallCounter plain;
    private final CallCounter values = new CallCounter();
    private final LongAdder recoveries = new LongAdder();
    private final Map<Outcome, LongAdder> others = new EnumMap<>(Outcome.class);

    /** @param plain counts the calls that every policy let in and out and that gave a value */
    Ends(CallCounter plain) {
        this.plain = plain;
        for (Outcome outcome : Outcome.values()) {
            others.put(outcome, new LongAdder());
        }
    }

    /**
     * Counts a call that wasn't plain.
     *
     * @param recovered whether it failed on its way, if it has a value
     * @param cell that of the thread, if it is at hand
     */
    void count(Outcome outcome, boolean recovered, @Nullable Object @Nullable [] cell) {
        if (outcome != Outcome.VALUE) {
            others.get(outcome).increment();
            return;
        }
        if (recovered) {
            recoveries.increment();
        }
        if (cell == null) {
            values.increment();
        } else {
            values.increment(cell);
        }
    }

    /** What was counted by now, beside what these policies have to tell. */
    public PipelineStatistics statistics(List<PolicyStatistics> policies) {
        long recovered = recoveries.sum();
        return new PipelineStatistics(
                plain.sum() + values.sum(),
                recovered,
                of(Outcome.FAILURE),
                of(Outcome.REFUSED),
                of(Outcome.EXPIRED),
                of(Outcome.CANCELLED),
                policies);
    }

    private long of(Outcome outcome) {
        return others.get(outcome).sum();
    }
}
