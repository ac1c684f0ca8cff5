package dev.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a policy has to say about hedges. A hedge is a second try of everything further in than its policy, which begins
 * beside the first one when that is slow: the first good value wins, and the other try is cancelled and settled so.
 *
 * <p>A failure isn't good: the other try is waited for. When both have failed, the policy is settled with the failure of
 * the one that ended last, or of the other one where the last was only refused, and the other failure is suppressed in it.
 *
 * <p>Serves many calls at once, so implementations are thread-safe; of one call it is asked by one thread at a time.
 */
public interface Hedger {

    /** No hedge at all. */
    long NEVER = Long.MAX_VALUE;

    /** A try begins: after how many nanoseconds it gets a hedge, or {@link #NEVER}. */
    long hedgeAfterNanos(Call call);

    /** The earliest that any hedge begins, as far as the configuration tells; zero where only the calls tell it. */
    default Duration earliest() {
        return Duration.ZERO;
    }

    /** That time has passed: whether the hedge may begin. Whoever says yes has booked it. */
    boolean grantsHedge(Call call);

    /** How many tries the policy makes of a call at most, the first and hedges included; 0 where it doesn't say. */
    default int of(Call call) {
        return 0;
    }

    /** Whether this value is good enough to win. Two that aren't end as two failures do. */
    default boolean isGood(Call call, @Nullable Object value) {
        return true;
    }

    /**
     * A good value has won.
     *
     * @param nanos how long the first try had taken by then
     * @param byHedge whether the hedge gave it, so that nobody knows how long the first would have taken
     */
    default void won(Call call, long nanos, boolean byHedge) {}
}
