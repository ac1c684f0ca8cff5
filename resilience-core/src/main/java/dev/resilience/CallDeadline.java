package dev.resilience;

import dev.resilience.execution.ScopedDeadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the time of the guarded call is over that something is done in: for whoever begins work there that can be limited,
 * such as a request of an HTTP client, a statement, or a remote procedure call.
 *
 * <pre>{@code
 * CallDeadline deadline = CallDeadline.current();
 * if (deadline != null) {
 *     if (deadline.isOver()) {
 *         throw deadline.timedOut();
 *     }
 *     statement.setQueryTimeout(Math.max(1, (int) deadline.remaining().toSeconds()));
 * }
 * }</pre>
 *
 * Of several deadlines, those of guarded calls further out included, it is the one that passes first. What fails when it
 * is over counts as the expiry, whatever it fails with. Thread-safe; to be looked up anew for each piece of work, as each
 * attempt has a deadline of its own.
 */
public interface CallDeadline {

    /**
     * The deadline of the guarded call that the current thread is in. Null where there is none, or where the thread isn't
     * that of the method: the operators of a publisher find theirs in their {@linkplain #of Reactor context}.
     */
    static @Nullable CallDeadline current() {
        return ScopedDeadline.current();
    }

    /**
     * The deadline of the guarded call that a subscription belongs to, or null.
     *
     * @param reactorContext the {@code ContextView} of the subscription; anything else has no deadline
     */
    static @Nullable CallDeadline of(Object reactorContext) {
        return ScopedDeadline.of(reactorContext);
    }

    /** Nanoseconds left; zero when the time is over. */
    long remainingNanos();

    /** The time left; zero when it is over. */
    default Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** Whether the time is over, so that nothing should be begun any more. */
    default boolean isOver() {
        return remainingNanos() == 0;
    }

    /**
     * Whether it limits nothing any more, because what it was set for has ended in time: the call, the attempt, or the wait
     * for the first element of a stream. For whoever goes on beside the call and wants to stop with it: what was handed out
     * is no longer his to stop.
     */
    boolean isLifted();

    /** What to throw instead of beginning what can't be done in time: it names the policy and the operation whose time it is. */
    CallTimedOutException timedOut();
}
