package dev.resilience.failure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a failure and its nested causes tell, as {@link Failures} read them.
 *
 * @param hopeless an {@code Error}, an interrupt, a cancellation, or a refusal of one of our own guards: nothing may
 *     try this again
 * @param retryable what a {@link RetryableException} (true) or {@link NonRetryableException} (false) says, the nearest
 *     one winning; null where there is neither
 * @param status the HTTP status of the answer, or null where there was none
 * @param retryAfter the wait the answer asks for, never negative, or null
 * @param transientFault a connection error or a timeout
 * @param rateLimited the other side said that it was asked too often, by status 429 or in words
 */
public record Diagnosis(
        boolean hopeless,
        @Nullable Boolean retryable,
        @Nullable Integer status,
        @Nullable Duration retryAfter,
        boolean transientFault,
        boolean rateLimited) {}
