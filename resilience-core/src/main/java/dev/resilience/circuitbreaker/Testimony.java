package dev.resilience.circuitbreaker;

import dev.resilience.Call;
import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What calls tell about the health of what they were meant to reach. Where slow calls count, the mark of a call is when it
 * went in. Immutable.
 */
final class Testimony {

    private static final long SLOW_OFF = Long.MAX_VALUE;
    private static final Duration LONGEST_ASKED = Duration.ofDays(365);

    private final OutcomeRules outcomes;
    private final boolean honorsRetryAfter;
    private final long slowNanos;

    Testimony(OutcomeRules outcomes, CircuitBreakerConfiguration configuration) {
        Duration slow = configuration.slowCallDuration();
        this.outcomes = outcomes;
        this.honorsRetryAfter = configuration.honorRetryAfter();
        this.slowNanos = slow == null ? SLOW_OFF : slow.toNanos();
    }

    /**
     * Notes when the call goes in, where slow calls count. A mark of zero says that they didn't then; no time is lost on the
     * lowest bit.
     */
    void stamp(Call call) {
        if (slowNanos != SLOW_OFF) {
            call.mark(call.now() | 1);
        }
    }

    /** How the call ended; nothing if it never got there. */
    Finding finding(Call call) {
        if (!call.invoked()) {
            return Finding.NONE;
        }
        return switch (call.outcome()) {
            case VALUE, FAILURE -> finding(outcomes.judge(call.value(), call.failure()));
            case EXPIRED -> Finding.BAD;
            case REFUSED, CANCELLED -> Finding.NONE;
        };
    }

    private static Finding finding(Judgement judgement) {
        return switch (judgement) {
            case SUCCESS -> Finding.GOOD;
            case FAILURE -> Finding.BAD;
            case NEITHER -> Finding.NONE;
        };
    }

    /** Whether it took too long, where that counts. */
    boolean wasSlow(Call call) {
        if (slowNanos == SLOW_OFF) {
            return false;
        }
        return switch (call.outcome()) {
            case EXPIRED -> true;
            case VALUE, FAILURE, REFUSED, CANCELLED -> call.mark() != 0 && call.now() - call.mark() >= slowNanos;
        };
    }

    /** The open wait its end asks for, or {@link Circuit#UNASKED}. */
    long askedNanos(Call call) {
        Duration asked = asked(call);
        if (asked == null) {
            return Circuit.UNASKED;
        }
        return (asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked).toNanos();
    }

    private @Nullable Duration asked(Call call) {
        return honorsRetryAfter ? outcomes.retryAfter(call.value(), call.failure()) : null;
    }
}
