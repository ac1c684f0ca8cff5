package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.failure.Diagnosis;

/** One failure of one call, as rules see it. */
record Incident(Call call, Course course, Throwable failure, Diagnosis diagnosis) {

    /** Says at the placement whether repeating the method does no harm; where it is false, no call goes in again. */
    static final String IDEMPOTENT = "idempotent";

    /** Whether the method may be repeated at all, and after this failure. */
    boolean mayGoInAgain() {
        return !call.hasGoneOut()
                && !Boolean.FALSE.equals(call.attribute(IDEMPOTENT))
                && !diagnosis.hopeless()
                && !Boolean.FALSE.equals(diagnosis.retryable());
    }

    /** The wait that the answer asks for; zero where it asks for none. */
    long askedNanos() {
        if (diagnosis.retryAfter() == null) {
            return 0;
        }
        return diagnosis.retryAfter().getSeconds() >= Long.MAX_VALUE / 1_000_000_000L
                ? Long.MAX_VALUE
                : diagnosis.retryAfter().toNanos();
    }
}
