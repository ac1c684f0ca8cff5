package dev.resilience.retry;

import dev.resilience.failure.Diagnosis;
import dev.resilience.failure.StatusRange;
import dev.resilience.failure.ThrowableMatcher;
import java.util.List;

/**
 * Which failures are worth another try.
 *
 * <p>In this order: nothing hopeless is (an {@code Error}, an interrupt, a cancellation, a refusal); then the exceptions
 * decide that say it themselves; then {@code never}; then the status of an HTTP answer, where a limit told in words
 * counts as 429 as well; then {@code retry-on}. Whoever writes only {@code retry-on} narrows what is retried; who also writes
 * {@code retry-on-status} has either retried.
 */
final class RetryRules {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_ERROR = 400;
    private static final List<StatusRange> USUAL =
            List.of(new StatusRange(408, 408), new StatusRange(429, 429), new StatusRange(500, 599));

    private final ThrowableMatcher retryOn;
    private final ThrowableMatcher never;
    private final List<StatusRange> statuses;
    private final boolean statusSuffices;

    RetryRules(RetryConfiguration configuration) {
        this.retryOn = new ThrowableMatcher(configuration.retryOn());
        this.never = new ThrowableMatcher(configuration.never());
        this.statusSuffices = !configuration.retryOnStatus().isEmpty();
        this.statuses = statusSuffices ? configuration.retryOnStatus() : USUAL;
    }

    /** Whether this failure is worth another try. */
    boolean retries(Throwable failure, Diagnosis diagnosis) {
        if (diagnosis.hopeless()) {
            return false;
        }
        if (diagnosis.retryable() != null) {
            return diagnosis.retryable();
        }
        return !never.matches(failure) && judged(failure, diagnosis);
    }

    private boolean judged(Throwable failure, Diagnosis diagnosis) {
        boolean answered = diagnosis.status() != null && diagnosis.status() >= FIRST_ERROR;
        if (!answered && !diagnosis.rateLimited()) {
            return byType(failure);
        }
        boolean listed =
                answered && isListed(diagnosis.status()) || diagnosis.rateLimited() && isListed(TOO_MANY_REQUESTS);
        return listed && (statusSuffices || byType(failure));
    }

    private boolean isListed(int status) {
        return statuses.stream().anyMatch(range -> range.includes(status));
    }

    private boolean byType(Throwable failure) {
        return retryOn.isEmpty() || retryOn.matches(failure);
    }
}
