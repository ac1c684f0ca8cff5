package dev.resilience.proof;

import java.util.function.LongConsumer;

/** How long the beats of a pulse are apart at most. Fed by one thread. */
final class RecordedGaps implements LongConsumer {

    private volatile boolean begun;
    private volatile long last;
    private volatile long longest;

    @Override
    public void accept(long now) {
        longest = begun ? Math.max(longest, now - last) : 0;
        last = now;
        begun = true;
    }

    long longest() {
        return longest;
    }
}
