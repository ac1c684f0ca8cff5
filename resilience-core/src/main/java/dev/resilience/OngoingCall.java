package dev.resilience;

import org.jspecify.annotations.Nullable;

/**
 * A call that was let in and hasn't ended yet. Whoever sees it end says so, on any thread; what is said first counts, and
 * what is said later is ignored. Until then its permits are held, so somebody has to say it on every way out.
 */
public interface OngoingCall {

    /** It has ended with this. */
    void returned(@Nullable Object value);

    /** It has failed with this; a {@link java.util.concurrent.CancellationException} says that the caller gave up. */
    void threw(Throwable failure);

    /** It counts as never let in, because somebody further in who decides together with the policies has refused it. */
    default void withdrawn() {
        threw(new WithdrawnException());
    }
}
