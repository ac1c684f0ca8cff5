package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.FailureClassifier.Knowledge;
import dev.resilience.failure.ThrowableMatcher;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the method tells about the health of what it calls.
 *
 * <p>An ignored one tells nothing. Where failures are named, those count and all others are as good as a value. Where
 * none is named, everything counts but answers that blame the caller: HTTP statuses 4xx other than 408 and 429.
 */
final class FailureRules {

    private static final int DEEPEST_CAUSE = 64;

    private final ThrowableMatcher named;
    private final ThrowableMatcher ignored;
    private final List<FailureClassifier> classifiers;
    private final Consumer<Throwable> broken;

    /** @param broken takes what a classifier throws */
    FailureRules(
            List<String> named, List<String> ignored, List<FailureClassifier> classifiers, Consumer<Throwable> broken) {
        this.named = new ThrowableMatcher(named);
        this.ignored = new ThrowableMatcher(ignored);
        this.classifiers = classifiers;
        this.broken = broken;
    }

    Finding judge(@Nullable Throwable failure) {
        if (ignored.matches(failure)) {
            return Finding.NONE;
        }
        boolean counts = named.isEmpty() ? !blamesCaller(failure) : named.matches(failure);
        return counts ? Finding.BAD : Finding.GOOD;
    }

    private boolean blamesCaller(@Nullable Throwable failure) {
        Integer status = first(failure, Knowledge::status);
        return status != null && status >= 400 && status < 500 && status != 408 && status != 429;
    }

    /** The wait the failure asks for, or null. */
    @Nullable Duration retryAfter(@Nullable Throwable failure) {
        return first(failure, Knowledge::retryAfter);
    }

    /** What the outermost of the nested causes tells that tells anything. */
    private <T> @Nullable T first(@Nullable Throwable failure, Function<Knowledge, @Nullable T> told) {
        Throwable link = failure;
        for (int depth = 0; link != null && depth < DEEPEST_CAUSE; depth++) {
            for (FailureClassifier classifier : classifiers) {
                T answer = ask(classifier, link, told);
                if (answer != null) {
                    return answer;
                }
            }
            link = link.getCause();
        }
        return null;
    }

    /** A classifier that throws knows nothing: the breaker's bookkeeping is no reason for a call to fail. */
    private <T> @Nullable T ask(
            FailureClassifier classifier, Throwable throwable, Function<Knowledge, @Nullable T> told) {
        try {
            Knowledge knowledge = classifier.classify(throwable);
            return knowledge == null ? null : told.apply(knowledge);
        } catch (Throwable thrown) {
            broken.accept(thrown);
            return null;
        }
    }
}
