package dev.resilience.failure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows something about a family of throwables that the core does not, such as the HTTP status inside Spring's client
 * exceptions, and about results that are answers, such as a response with its status. Thread-safe; returns null for what
 * it does not know.
 */
@FunctionalInterface
public interface FailureClassifier {

    /** What is known about this throwable itself (its causes are asked for separately), or null. */
    @Nullable Knowledge classify(Throwable throwable);

    /** Whether results of this class may be answers that {@link #classifyResult} knows. Asked once for each class. */
    default boolean knowsResults(Class<?> type) {
        return false;
    }

    /** What is known about this result, whose class {@linkplain #knowsResults is known}, or null. */
    default @Nullable Knowledge classifyResult(Object result) {
        return null;
    }

    /**
     * What a throwable or an answer tells.
     *
     * @param status the HTTP status of the answer, or null where there was none
     * @param retryAfter the wait the answer asks for, or null; negative waits count as zero
     * @param transientFault true for connection errors and timeouts
     */
    record Knowledge(@Nullable Integer status, @Nullable Duration retryAfter, boolean transientFault) {}
}
