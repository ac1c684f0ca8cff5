package dev.resilience.retry;

import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Diagnosis;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which outcomes are worth another try.
 *
 * <p>Nothing hopeless is: an {@code Error}, an interrupt, a cancellation, a refusal. Then the exceptions decide that say it
 * themselves. Everything else is judged as everywhere, with {@code never} for what is to be ignored; only that whoever
 * writes nothing but {@code retry-on} narrows what is retried: a 400 is none the better for the name of its exception.
 */
final class RetryRules {

    private final OutcomeRules outcomes;

    RetryRules(RetryConfiguration configuration, PolicyContext context, BrokenRules broken) {
        OutcomeWords words = new OutcomeWords(
                configuration.retryOn(),
                configuration.never(),
                configuration.retryOnStatus(),
                context.outcomeRules().read("retry-when", configuration.retryWhen()));
        this.outcomes =
                OutcomeRules.amongTheUsual(words, OutcomeRules.NOT_THE_CALLERS_FAULT, context.classifiers(), broken);
    }

    /** Whether a result can be worth another try at all. */
    boolean judgeResults() {
        return outcomes.judgesResults();
    }

    /** Whether this result is worth another try. */
    boolean retryResult(@Nullable Object result) {
        return outcomes.judge(result, null) == Judgement.FAILURE;
    }

    /** Whether this failure is worth another try. */
    boolean retryFailure(Throwable failure, Diagnosis diagnosis) {
        if (diagnosis.hopeless()) {
            return false;
        }
        if (diagnosis.retryable() != null) {
            return diagnosis.retryable();
        }
        return outcomes.judge(null, failure) == Judgement.FAILURE;
    }

    Diagnosis diagnose(Throwable failure) {
        return outcomes.diagnose(failure);
    }

    /** The wait that a result asks for, or null. */
    @Nullable Duration askedBy(@Nullable Object result) {
        return outcomes.retryAfter(result, null);
    }
}
