package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a limit is about, by how they end. Every call is charged on its way in, because nobody knows yet how it will
 * end, and calls side by side must not all pass as the first one; what the limit isn't about is given back on the way out.
 */
public enum ChargeOn {
    /** Every call that reached the method. */
    CALL,

    /**
     * Every call that reached the method and gave no value: only who succeeds gets its permit back. A call that was
     * cancelled, expired or refused further in may have been a failure, and stays charged.
     */
    FAILURE,

    /** Every call that gave a value. */
    SUCCESS;

    /** Whether a call that is over, and reached the method or not, wasn't one of those. Some values may be failures. */
    boolean givesBack(Call call, @Nullable FailedValues failed) {
        return !call.invoked()
                || switch (this) {
                    case CALL -> false;
                    case FAILURE -> hasSucceeded(call, failed);
                    case SUCCESS -> !hasSucceeded(call, failed);
                };
    }

    private static boolean hasSucceeded(Call call, @Nullable FailedValues failed) {
        return call.outcome() == Outcome.VALUE && (failed == null || !failed.include(call.value()));
    }
}
