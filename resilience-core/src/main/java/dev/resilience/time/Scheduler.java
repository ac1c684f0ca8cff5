package dev.resilience.time;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Runs things later, and lets a blocking caller wait. Thread-safe. */
public interface Scheduler {

    /**
     * Runs the task on the {@linkplain #executor() executor} after the delay, never early.
     *
     * @throws java.util.concurrent.RejectedExecutionException after the scheduler was closed
     */
    Scheduled schedule(Runnable task, long delayNanos);

    /** Where waiters resume and callbacks of other threads go on. */
    Executor executor();

    /** Puts the current thread to rest for at least this long. */
    void pause(long nanos) throws InterruptedException;

    /**
     * Puts the current thread to rest until the signal has completed, however it completes, but no longer than this.
     *
     * @return whether the signal has completed
     */
    boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException;

    /** A task that was scheduled. */
    @FunctionalInterface
    interface Scheduled {

        /** Drops the task if it hasn't begun. */
        void cancel();
    }
}
