package dev.resilience;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A policy's answer on the way in.
 *
 * <p>Each answer carries its {@link Step}, so that a {@code switch} expression over it is exhaustive on Java 17.
 * Immutable; the frequent answers are shared and allocate nothing.
 */
public sealed interface Admission {

    /** What the interpreter does next. */
    enum Step {
        PROCEED,
        PROCEED_WITHIN,
        PROCEED_AFTER,
        ASK_AGAIN,
        RETURN,
        FAIL
    }

    /** The step this answer stands for. */
    Step step();

    /** Go further in. */
    static Admission proceed() {
        return Proceed.INSTANCE;
    }

    /**
     * Go further in, and come out within this time, counted from now. Hold on to the answer where the time is constant:
     * it can be given any number of times.
     *
     * @throws IllegalArgumentException if the time is not positive
     */
    static Admission proceedWithin(Duration time) {
        return new ProceedWithin(time.toNanos(), false);
    }

    /**
     * Like {@link #proceedWithin}, but of a stream it limits the whole, where the other limits the time to the first
     * element.
     *
     * @throws IllegalArgumentException if the time is not positive
     */
    static Admission proceedWhollyWithin(Duration time) {
        return new ProceedWithin(time.toNanos(), true);
    }

    /** Go further in after a wait, which may be zero. The wait is never cut short. */
    static Admission proceedAfter(long waitNanos) {
        return waitNanos <= 0 ? Proceed.INSTANCE : new ProceedAfter(waitNanos);
    }

    /**
     * Wait for the signal, however it completes, but no longer than {@code withinNanos}, then ask this policy again. The
     * policy recognises the second question by its memo.
     */
    static Admission askAgain(CompletionStage<?> signal, long withinNanos) {
        return new AskAgain(signal, withinNanos);
    }

    /** Don't go further in: the call has this value. */
    static Admission returning(@Nullable Object value) {
        return new Return(value, false);
    }

    /**
     * The call has this value, and the rest of the pipeline runs once more, detached from the caller: the policy is
     * settled with what that run brings, as if it had answered {@link #proceed()}.
     */
    static Admission returningAndRefreshing(@Nullable Object value) {
        return new Return(value, true);
    }

    /** Don't go further in: the call fails with this. */
    static Admission fail(Throwable cause) {
        return new Fail(cause);
    }

    /** See {@link Admission#proceed()}. */
    enum Proceed implements Admission {
        INSTANCE;

        @Override
        public Step step() {
            return Step.PROCEED;
        }
    }

    /** See {@link Admission#proceedWithin(Duration)} and {@link Admission#proceedWhollyWithin(Duration)}. */
    record ProceedWithin(long nanos, boolean wholeStream) implements Admission {
        public ProceedWithin {
            if (nanos <= 0) {
                throw new IllegalArgumentException("a deadline needs a positive time, not " + nanos + " ns");
            }
        }

        @Override
        public Step step() {
            return Step.PROCEED_WITHIN;
        }
    }

    /** See {@link Admission#proceedAfter(long)}. */
    record ProceedAfter(long waitNanos) implements Admission {
        @Override
        public Step step() {
            return Step.PROCEED_AFTER;
        }
    }

    /** See {@link Admission#askAgain(CompletionStage, long)}. */
    record AskAgain(CompletionStage<?> signal, long withinNanos) implements Admission {
        public AskAgain {
            Objects.requireNonNull(signal, "signal");
        }

        @Override
        public Step step() {
            return Step.ASK_AGAIN;
        }
    }

    /** See {@link Admission#returning(Object)} and {@link Admission#returningAndRefreshing(Object)}. */
    record Return(@Nullable Object value, boolean refresh) implements Admission {
        @Override
        public Step step() {
            return Step.RETURN;
        }
    }

    /** See {@link Admission#fail(Throwable)}. */
    record Fail(Throwable cause) implements Admission {
        public Fail {
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public Step step() {
            return Step.FAIL;
        }
    }
}
