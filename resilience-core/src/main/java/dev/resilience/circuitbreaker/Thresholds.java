package dev.resilience.circuitbreaker;

import dev.resilience.configuration.Plural;
import org.jspecify.annotations.Nullable;

/**
 * When enough is enough. The rates hold from the least number of calls on; the counts hold at once.
 *
 * @param minimumCalls how many calls a rate needs to mean something
 * @param failureRate in percent
 * @param slowRate in percent
 * @param streak failures one after the other; {@link #OFF} where they don't matter
 * @param failures failures in the window; {@link #OFF} where they don't matter
 */
record Thresholds(int minimumCalls, double failureRate, double slowRate, int streak, int failures) {

    static final int OFF = Integer.MAX_VALUE;

    static Thresholds of(CircuitBreakerConfiguration configuration) {
        return new Thresholds(
                configuration.minimumCalls(),
                configuration.failureRateThreshold(),
                configuration.slowCallRateThreshold(),
                orOff(configuration.consecutiveFailures()),
                orOff(configuration.failuresInWindow()));
    }

    private static int orOff(@Nullable Integer count) {
        return count == null ? OFF : count;
    }

    /** Which threshold has been reached, in words; null where none has. */
    @Nullable String reached(WindowCounts tally, int failuresInARow) {
        if (failuresInARow >= streak) {
            return failuresInARow == 1 ? "a failure" : failuresInARow + " failures in a row";
        }
        if (tally.failures() >= failures) {
            return Plural.of(tally.failures(), "failure") + " in the window";
        }
        if (tally.calls() < minimumCalls) {
            return null;
        }
        if (tally.failureRate() >= failureRate) {
            return tally.failures() + " of " + Plural.of(tally.calls(), "call") + " failed";
        }
        if (tally.slowRate() >= slowRate) {
            return tally.slow() + " of " + Plural.of(tally.calls(), "call")
                    + (tally.slow() == 1 ? " was slow" : " were slow");
        }
        return null;
    }
}
