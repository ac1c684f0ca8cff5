package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.failure.Diagnosis;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One failure of one call, as rules see it. */
record Incident(Call call, Course course, Throwable failure, Diagnosis diagnosis) {

    /** Whether the method may be repeated at all, and after this failure. */
    boolean mayGoInAgain() {
        return !call.hasGoneOut()
                && call.mayBeRepeated()
                && !diagnosis.hopeless()
                && !Boolean.FALSE.equals(diagnosis.retryable());
    }

    /** The wait that the answer asks for; zero where it asks for none. */
    long askedNanos() {
        Duration asked = diagnosis.retryAfter();
        return asked == null ? 0 : TimeUnit.NANOSECONDS.convert(asked);
    }
}
