package dev.resilience.failure;

import org.jspecify.annotations.Nullable;

/**
 * A rule of the application about how a call ended, beyond types and statuses: {@code failure-when: "@staleQuotes"}.
 *
 * <p>It is asked on the thread on which the call ends, an event loop perhaps, so it must not block. What it throws never
 * reaches the caller: the outcome is then judged by the other rules. Thread-safe.
 */
@FunctionalInterface
public interface OutcomeRule {

    /**
     * What this outcome tells, or null to leave it to the other rules.
     *
     * @param result what the call gave: of a stream the first element; null where there was nothing
     * @param failure what the call failed with, as it was thrown; null where it gave a result
     */
    @Nullable Judgement judge(@Nullable Object result, @Nullable Throwable failure);
}
