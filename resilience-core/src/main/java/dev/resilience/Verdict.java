package dev.resilience;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A policy's answer on the way out. {@link TryAgain}, {@link AskAgain} and {@link Divert} close the entry and open a new
 * one, so the policy is settled once more for it.
 *
 * <p>Immutable; {@link #proceed()} is shared and allocates nothing.
 */
public sealed interface Verdict {

    /** What the interpreter does next. */
    enum Step {
        PROCEED,
        TRY_AGAIN,
        ASK_AGAIN,
        DIVERT,
        RETURN,
        FAIL
    }

    /** The step this answer stands for. */
    Step step();

    /** Go further out with what there is. */
    static Verdict proceed() {
        return Proceed.INSTANCE;
    }

    /** Go in again just inside this policy, after a wait that is never cut short. */
    static Verdict tryAgain(long waitNanos) {
        return tryAgain(waitNanos, 0);
    }

    /**
     * Go in again just inside this policy, after a wait that is never cut short.
     *
     * @param of how many tries this policy makes at most, the first one included; 0 where it can't say. It is told to
     *     listeners and bounds nothing.
     */
    static Verdict tryAgain(long waitNanos, int of) {
        return new TryAgain(Math.max(0, waitNanos), of);
    }

    /**
     * Wait for the signal, however it completes, but no longer than {@code withinNanos}, then ask this policy again on the
     * way in. It recognises the question by its memo, and may let the call in again, or fail it with what it failed with
     * before, which is no refusal.
     */
    static Verdict askAgain(CompletionStage<?> signal, long withinNanos) {
        return new AskAgain(signal, withinNanos);
    }

    /** Invoke this instead of the method, without the policies further in. */
    static Verdict divert(Target target) {
        return new Divert(target);
    }

    /** Go further out with this value. */
    static Verdict returning(@Nullable Object value) {
        return new Return(value);
    }

    /** Go further out with this failure. */
    static Verdict fail(Throwable cause) {
        return new Fail(cause);
    }

    /** See {@link Verdict#proceed()}. */
    enum Proceed implements Verdict {
        INSTANCE;

        @Override
        public Step step() {
            return Step.PROCEED;
        }
    }

    /** See {@link Verdict#tryAgain(long, int)}. */
    record TryAgain(long waitNanos, int of) implements Verdict {
        @Override
        public Step step() {
            return Step.TRY_AGAIN;
        }
    }

    /** See {@link Verdict#askAgain(CompletionStage, long)}. */
    record AskAgain(CompletionStage<?> signal, long withinNanos) implements Verdict {
        public AskAgain {
            Objects.requireNonNull(signal, "signal");
        }

        @Override
        public Step step() {
            return Step.ASK_AGAIN;
        }
    }

    /** See {@link Verdict#divert(Target)}. */
    record Divert(Target target) implements Verdict {
        public Divert {
            Objects.requireNonNull(target, "target");
        }

        @Override
        public Step step() {
            return Step.DIVERT;
        }
    }

    /** See {@link Verdict#returning(Object)}. */
    record Return(@Nullable Object value) implements Verdict {
        @Override
        public Step step() {
            return Step.RETURN;
        }
    }

    /** See {@link Verdict#fail(Throwable)}. */
    record Fail(Throwable cause) implements Verdict {
        public Fail {
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public Step step() {
            return Step.FAIL;
        }
    }
}
