package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.Call;

/** What one of several limiters that decide together has to say about a call, when it is asked. */
sealed interface Part permits Part.Passing, Part.Failing, Share {

    /** Its answer to the call, after the decision. */
    Admission answer(Call call);

    /** The call costs nothing here. */
    enum Passing implements Part {
        INSTANCE;

        @Override
        public Admission answer(Call call) {
            return Admission.proceed();
        }
    }

    /** The limiter can't tell the key, the cost or the tier of the call. */
    record Failing(Throwable cause) implements Part {

        @Override
        public Admission answer(Call call) {
            return Admission.fail(cause);
        }
    }
}
