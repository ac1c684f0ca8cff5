package dev.resilience.execution;

import dev.resilience.Target;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a plain call never needs. Every call pays for the size of its execution, so this is made with the first wait,
 * diversion, replacement, fork, pretended deadline, recorded duration or abandoned body.
 */
final class Detour {

    private static final int NOWHERE = -1;

    int waitingAt = NOWHERE;
    long waitingSince;
    long waitNanos;

    @Nullable CompletionStage<?> signal;

    /** Whether the call has been in before, and its policy decides after the wait whether it goes in again; since when. */
    boolean wasIn;

    long outSince;

    @Nullable Target diversion;

    /** Whether a policy has put a value of its own in the place of what the method gave or threw. */
    boolean isReplaced;

    int forkAt = NOWHERE;
    long @Nullable [] enteredAt;
    private long @Nullable [] shadowDue;

    @Nullable Abandoned abandoned;

    void beginWait(int position, long now, long nanos) {
        waitingAt = position;
        waitingSince = now;
        waitNanos = nanos;
    }

    void wentOut(long now) {
        wasIn = true;
        outSince = now;
    }

    void endWait() {
        waitingAt = NOWHERE;
        signal = null;
        wasIn = false;
    }

    /** When each entry was opened, in ticks. */
    long[] enteredAt(int stages) {
        long[] known = enteredAt == null ? new long[stages] : enteredAt;
        enteredAt = known;
        return known;
    }

    /** When each deadline passes that is only pretended. */
    long[] shadowDue(int stages) {
        long[] known = shadowDue == null ? new long[stages] : shadowDue;
        shadowDue = known;
        return known;
    }

    /** Whether the pretended deadline of this position has passed. */
    boolean isShadowOver(int position, CallView call) {
        return shadowDue != null && shadowDue[position] != 0 && call.now() - shadowDue[position] >= 0;
    }

    void endShadow(int position) {
        if (shadowDue != null) {
            shadowDue[position] = 0;
        }
    }
}
