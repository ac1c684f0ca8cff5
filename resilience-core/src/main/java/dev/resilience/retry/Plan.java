package dev.resilience.retry;

import dev.resilience.time.RandomSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One configuration, made ready for use. Immutable; a changed configuration is a new plan. */
final class Plan {

    private static final double MOST_CHANCE = Math.nextDown(1.0);

    private final RetryRules rules;
    private final Backoff backoff;
    private final int maxAttempts;
    private final long maxDelayNanos;
    private final long maxDurationNanos;
    private final boolean respectsRetryAfter;
    private final boolean judgesResults;
    private final boolean hasBudget;

    Plan(RetryConfiguration configuration, RetryRules rules) {
        this.rules = rules;
        this.backoff = Backoff.of(configuration);
        this.maxAttempts = configuration.maxAttempts();
        this.maxDelayNanos = configuration.maxDelay().toNanos();
        Duration maxDuration = configuration.maxDuration();
        this.maxDurationNanos = maxDuration == null ? Long.MAX_VALUE : maxDuration.toNanos();
        this.respectsRetryAfter = configuration.respectRetryAfter();
        this.judgesResults = rules.judgeResults();
        this.hasBudget = configuration.budget();
    }

    boolean hasBudget() {
        return hasBudget;
    }

    /** Whether somebody has to remember when the first attempt began. */
    boolean hasMaxDuration() {
        return maxDurationNanos != Long.MAX_VALUE;
    }

    /** How long all attempts and the waits between them may take, if chance has it so and no answer asks for more. */
    Duration longest(Duration attempt) {
        Duration unlimited = attempt.multipliedBy(maxAttempts).plus(longestWaits());
        Duration limited = hasMaxDuration() ? attempt.plusNanos(maxDurationNanos) : unlimited;
        return limited.compareTo(unlimited) < 0 ? limited : unlimited;
    }

    private Duration longestWaits() {
        Duration all = Duration.ZERO;
        long wait = 0;
        for (int retry = 1; retry < maxAttempts; retry++) {
            wait = backoff.nanos(retry, wait, () -> MOST_CHANCE);
            all = all.plusNanos(wait);
        }
        return all;
    }

    /** Whether a result can be worth a retry at all. */
    boolean judgesResults() {
        return judgesResults;
    }

    RetryRules rules() {
        return rules;
    }

    int maxAttempts() {
        return maxAttempts;
    }

    boolean isLast(int attempt) {
        return attempt >= maxAttempts;
    }

    /** Whether an attempt that begins this long after the first one still begins in time. */
    boolean allowsAfter(long elapsedNanos, long waitNanos) {
        return elapsedNanos < maxDurationNanos - waitNanos;
    }

    /** Whether an answer asks for a longer wait than anybody is ready to make. */
    boolean isTooLong(long askedNanos) {
        return askedNanos > maxDelayNanos;
    }

    /** The wait before the next attempt: that of the backoff, but never less than an answer asks for. */
    long waitNanos(Attempts attempts, long askedNanos, RandomSource random) {
        return Math.max(backoff.nanos(attempts.failed() + 1, attempts.lastWaitNanos(), random), askedNanos);
    }

    /** What is obeyed of the wait an answer asks for; 0 where it asks for none. */
    long askedNanos(@Nullable Duration asked) {
        return respectsRetryAfter && asked != null ? TimeUnit.NANOSECONDS.convert(asked) : 0;
    }
}
