package dev.resilience.retry;

import dev.resilience.configuration.Knob;
import dev.resilience.failure.StatusRange;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call is tried again. Immutable; what is left out takes the library's default, and what contradicts itself is
 * refused. Attempts, retries and jitter come in as null where nobody set them and leave with what they then are;
 * strategy, delay and multiplier are null beside delays, which leave them nothing to say.
 */
public record RetryConfiguration(
        @Knob(
                value =
                        "How often a call is made at most, the first call included; 3 unless delays or max-retries say otherwise.",
                example = "3")
        Integer maxAttempts,

        @Knob(
                value = "How often a call is made again at most, after the first call.",
                example = "2",
                insteadOf = "max-attempts")
        Integer maxRetries,

        @Knob(
                value = "The waits before each retry, one by one, in place of strategy, delay and multiplier.",
                example = "1s, 2s, 4s",
                outranks = {"max-attempts", "max-retries", "strategy", "delay", "multiplier"})
        List<Duration> delays,

        @Knob(
                value = "How the wait grows: fixed, linear, exponential, or random.",
                byDefault = "exponential",
                outranks = "delays")
        @Nullable Strategy strategy,

        @Knob(value = "The wait before the first retry, before jitter.", byDefault = "200ms", outranks = "delays")
        @Nullable Duration delay,

        @Knob(
                value = "How many times as long each further wait of the exponential strategy is.",
                byDefault = "2",
                outranks = "delays")
        @Nullable Double multiplier,

        @Knob(value = "The longest wait; an answer that asks for a longer one ends the retry.", byDefault = "10s")
        Duration maxDelay,

        @Knob(
                value = "The time from the first attempt after which no further one begins; unlimited where unset.",
                example = "30s")
        @Nullable Duration maxDuration,

        @Knob(
                value = "How long a try may take before another one begins beside it: a time, or a percentile of the"
                        + " recent tries such as p95; no try begins beside another where unset.",
                example = "200ms")
        @Nullable HedgeAfter hedgeAfter,

        @Knob(
                value = "What is left to chance in a wait: none, full, equal, decorrelated, or a ratio such as 25%;"
                        + " full unless delays are given, which are kept as written.",
                example = "full")
        Jitter jitter,

        @Knob(
                value =
                        "Names of exceptions to retry, subclasses and nested causes included; where unset, any that isn't"
                                + " on the no-list.",
                example = "java.io.IOException, TimeoutException",
                namesExceptions = true)
        List<String> retryOn,

        @Knob(
                value = "Names of exceptions never to retry, subclasses and nested causes included.",
                example = "java.lang.IllegalArgumentException",
                namesExceptions = true)
        List<String> never,

        @Knob(
                value =
                        "HTTP statuses from 400 up to retry, of exceptions and of results that are answers; 408, 429 and"
                                + " 5xx where unset.",
                example = "408, 429, 500-504")
        List<StatusRange> retryOnStatus,

        @Knob(
                value = "Which outcomes are retried besides: an expression over #result and #failure, or a bean.",
                example = "#result.status == 'PENDING'",
                isOutcomeRule = true)
        @Nullable String retryWhen,

        @Knob(value = "Whether the Retry-After of an answer is obeyed.", byDefault = "true")
        Boolean respectRetryAfter,

        @Knob(value = "Whether retries are bounded by a budget over all calls of this policy.", byDefault = "true")
        Boolean budget,

        @Knob(
                value = "Retries allowed in 10 seconds, in percent of the calls in that time.",
                byDefault = "20",
                example = "20%",
                needs = "budget")
        Double budgetShare,

        @Knob(
                value = "Retries per second that are allowed however few calls there are.",
                byDefault = "10",
                needs = "budget")
        Integer budgetFloor) {

    private static final int USUAL_ATTEMPTS = 3;

    public RetryConfiguration {
        RetryChecks checks = new RetryChecks();
        checks.attempts(maxAttempts, maxRetries, delays);
        checks.waits(strategy, delay, multiplier, maxDelay);
        checks.delays(delays, strategy, delay, multiplier);
        checks.longest(maxDelay, longest(delay, delays), delays.isEmpty() ? "'delay'" : "the longest of 'delays'");
        checks.jitter(jitter, strategy, delays);
        checks.duration(maxDuration, delays.isEmpty() ? delay : delays.get(0));
        checks.hedge(hedgeAfter, effectiveAttempts(maxAttempts, maxRetries, delays), maxDuration);
        checks.statuses(retryOnStatus);
        checks.exceptions(retryOn, never);
        checks.budget(budget, budgetShare, budgetFloor);
        checks.report();
        maxAttempts = effectiveAttempts(maxAttempts, maxRetries, delays);
        maxRetries = maxAttempts - 1;
        jitter = jitter != null ? jitter : delays.isEmpty() ? Jitter.FULL : Jitter.NONE;
        delays = List.copyOf(delays);
        retryOn = List.copyOf(retryOn);
        never = List.copyOf(never);
        retryOnStatus = List.copyOf(retryOnStatus);
    }

    private static Duration longest(@Nullable Duration delay, List<Duration> delays) {
        return delays.stream().max(Duration::compareTo).orElse(delay);
    }

    private static int effectiveAttempts(
            @Nullable Integer maxAttempts, @Nullable Integer maxRetries, List<Duration> delays) {
        if (!delays.isEmpty()) {
            return delays.size() + 1;
        }
        if (maxRetries != null) {
            return maxRetries + 1;
        }
        return maxAttempts != null ? maxAttempts : USUAL_ATTEMPTS;
    }
}
