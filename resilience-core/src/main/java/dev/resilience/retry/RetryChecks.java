package dev.resilience.retry;

import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.failure.StatusRange;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link RetryConfiguration} has to keep: bounds of its values, and values that can be meant together. */
final class RetryChecks {

    private static final int MOST_ATTEMPTS = 1_000;

    private final Rules rules = new Rules();

    void attempts(@Nullable Integer maxAttempts, @Nullable Integer maxRetries, List<Duration> delays) {
        rules.between("max-attempts", maxAttempts, 1, MOST_ATTEMPTS, "3")
                .between("max-retries", maxRetries, 0, MOST_ATTEMPTS - 1, "2");
        boolean agree = maxAttempts == null || maxRetries == null || maxAttempts - 1 == maxRetries;
        rules.otherwise(
                agree,
                "max-retries",
                maxRetries,
                "contradicts 'max-attempts' (" + maxAttempts + "), which counts the first call as well",
                "Give one of the two");
        if (!delays.isEmpty()) {
            implied("max-attempts", maxAttempts, delays.size() + 1, delays.size());
            implied("max-retries", maxRetries, delays.size(), delays.size());
        }
    }

    private void implied(String property, @Nullable Integer given, int implied, int delays) {
        rules.otherwise(
                given == null || given == implied,
                property,
                given,
                "contradicts 'delays', whose " + delays + (delays == 1 ? " wait makes it " : " waits make it ")
                        + implied,
                "Leave it out, or change the number of delays");
    }

    void waits(@Nullable Strategy strategy, @Nullable Duration delay, @Nullable Double multiplier, Duration maxDelay) {
        rules.notNegative("delay", delay, "200ms")
                .positive("max-delay", maxDelay, "10s")
                .that(
                        multiplier == null || multiplier >= 1,
                        "multiplier",
                        multiplier,
                        "must be at least 1, or waits would shrink",
                        "2");
        rules.otherwise(
                strategy != Strategy.RANDOM || !maxDelay.equals(delay),
                "strategy",
                strategy,
                "has nothing to choose from, as 'delay' and 'max-delay' are both " + Durations.plain(maxDelay),
                "Write 'strategy: fixed', or a longer 'max-delay'");
    }

    /** The waits one by one, and nothing beside them that would make others. */
    void delays(
            List<Duration> delays, @Nullable Strategy strategy, @Nullable Duration delay, @Nullable Double multiplier) {
        delays.forEach(wait -> rules.notNegative("delays", wait, "1s, 2s, 4s"));
        if (!delays.isEmpty()) {
            unsaid("strategy", strategy);
            unsaid("delay", delay);
            unsaid("multiplier", multiplier);
        }
    }

    private void unsaid(String property, @Nullable Object given) {
        String reason = "says nothing beside 'delays', which lists every wait";
        rules.otherwise(given == null, property, given, reason, "Leave out one of the two");
    }

    void longest(Duration maxDelay, Duration longest, String whose) {
        rules.otherwise(
                maxDelay.compareTo(longest) >= 0,
                "max-delay",
                maxDelay,
                "is shorter than " + whose + " (" + Durations.plain(longest) + ")",
                "Write 'max-delay: " + Durations.plain(longest) + "' or more, or wait less");
    }

    void jitter(@Nullable Jitter jitter, @Nullable Strategy strategy, List<Duration> delays) {
        boolean alone = delays.isEmpty() && strategy == Strategy.EXPONENTIAL;
        String rival = delays.isEmpty() ? "strategy" : "delays";
        rules.otherwise(
                !Jitter.DECORRELATED.equals(jitter) || alone,
                "jitter",
                jitter,
                "makes waits of its own, from delay to three times the wait before, and leaves nothing to '" + rival
                        + "'",
                "Leave out '" + rival + "', or write 'jitter: full'");
    }

    void duration(@Nullable Duration maxDuration, Duration first) {
        rules.positive("max-duration", maxDuration, "30s");
        boolean positive = maxDuration != null && !maxDuration.isZero() && !maxDuration.isNegative();
        rules.otherwise(
                !positive || maxDuration.compareTo(first) > 0,
                "max-duration",
                maxDuration,
                "ends before the first retry, which waits up to " + Durations.plain(first),
                "Make it longer than that, or wait less");
    }

    /** A hedge is an attempt, so there have to be two, and one that may begin so late. */
    void hedge(@Nullable HedgeAfter hedgeAfter, int attempts, @Nullable Duration maxDuration) {
        if (hedgeAfter == null) {
            return;
        }
        Duration time = hedgeAfter.time();
        rules.positive("hedge-after", time, "200ms")
                .otherwise(
                        attempts > 1,
                        "hedge-after",
                        hedgeAfter,
                        "begins a second attempt, and there is to be only one",
                        "Write 'max-attempts: 2' or more");
        rules.otherwise(
                time == null || maxDuration == null || time.compareTo(maxDuration) < 0,
                "hedge-after",
                hedgeAfter,
                "is not before 'max-duration' (" + Durations.plain(maxDuration == null ? Duration.ZERO : maxDuration)
                        + "), after which no attempt begins",
                "Make it shorter");
    }

    void statuses(List<StatusRange> statuses) {
        OutcomeWords.checkStatuses(rules, "retry-on-status", statuses, "408, 429, 500-504");
    }

    void exceptions(List<String> retryOn, List<String> never) {
        OutcomeWords.checkNames(rules, "retry-on", retryOn, "java.io.IOException, TimeoutException");
        OutcomeWords.checkNames(rules, "never", never, "java.lang.IllegalArgumentException");
        retryOn.stream()
                .filter(never::contains)
                .distinct()
                .forEach(name -> rules.otherwise(
                        false, "never", name, "is in 'retry-on' as well", "Leave it in one of the two"));
    }

    void budget(Boolean budget, Double share, Integer floor) {
        rules.between("budget-share", share, 0, 100, "20%").atLeast("budget-floor", floor, 0, "10");
        rules.otherwise(
                !budget || share != 0 || floor != 0,
                "budget-share",
                share,
                "allows no retry at all together with 'budget-floor: 0'",
                "Raise one of the two, or write 'budget: false' for no budget, 'max-retries: 0' for no retries");
    }

    void report() {
        rules.report();
    }
}
