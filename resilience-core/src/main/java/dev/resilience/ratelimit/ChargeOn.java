package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.failure.OutcomeRules;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a limit is about, by how they end. Every call is charged on its way in, because nobody knows yet how it will
 * end, and calls side by side must not all pass as the first one; what the limit isn't about is given back on the way out.
 */
public enum ChargeOn {
    /** Every call that reached the method. */
    CALL,

    /**
     * Every call that reached the method and failed: only who succeeds gets its permit back. A call that was cancelled,
     * expired or refused further in may have been a failure, and stays charged.
     */
    FAILURE,

    /** Every call that succeeded. */
    SUCCESS;

    /**
     * Whether a call that is over, and reached the method or not, wasn't one of those.
     *
     * @param placed what its placement says of outcomes before the limiter's own rules are asked, or null
     */
    boolean givesBack(Call call, @Nullable OutcomeRule placed, OutcomeRules rules) {
        return !call.invoked()
                || switch (this) {
                    case CALL -> false;
                    case FAILURE -> isKnown(call) && judgement(call, placed, rules) != Judgement.FAILURE;
                    case SUCCESS -> !isKnown(call) || judgement(call, placed, rules) != Judgement.SUCCESS;
                };
    }

    /** Whether the method came to an end that somebody saw. */
    private static boolean isKnown(Call call) {
        return switch (call.outcome()) {
            case VALUE, FAILURE -> true;
            case REFUSED, EXPIRED, CANCELLED -> false;
        };
    }

    private static Judgement judgement(Call call, @Nullable OutcomeRule placed, OutcomeRules rules) {
        Judgement said = placed == null ? null : placed.judge(call.value(), call.failure());
        return said == null ? rules.judge(call.value(), call.failure()) : said;
    }
}
