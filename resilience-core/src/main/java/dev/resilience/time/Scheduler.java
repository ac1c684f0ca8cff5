package dev.resilience.time;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs things later, and lets a blocking caller wait. Thread-safe. */
public interface Scheduler {

    /**
     * Runs the task on the {@linkplain #executor() executor} after the delay, never early, unless the scheduler is
     * closed first: then the task runs at once, so that whoever waits for it hears of the end.
     *
     * @throws RejectedExecutionException after the scheduler was closed
     */
    Scheduled schedule(Runnable task, long delayNanos);

    /** Where waiters resume and callbacks of other threads go on. */
    Executor executor();

    /**
     * Where methods run that have a thread of their own for as long as they take, or ignore that they should end. By
     * default that is the executor too.
     */
    default Executor bodies() {
        return executor();
    }

    /**
     * Puts the current thread to rest for at least this long.
     *
     * @throws RejectedExecutionException if the scheduler is closed, before or meanwhile
     */
    void pause(long nanos) throws InterruptedException;

    /**
     * Puts the current thread to rest until the signal has completed, however it completes, but no longer than this.
     *
     * @return whether the signal has completed
     * @throws RejectedExecutionException if the scheduler is closed, before or meanwhile
     */
    boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException;

    /** Whether nobody is woken in time any more, so that waits have to be given up. */
    default boolean isClosed() {
        return false;
    }

    /** What those are told who wait, or want to, when a scheduler is closed. */
    static RejectedExecutionException closed() {
        return new RejectedExecutionException("the call can't wait any longer, because the application is closing");
    }

    /** A task that was scheduled. */
    @FunctionalInterface
    interface Scheduled {

        /** Drops the task if it hasn't begun. */
        void cancel();
    }
}
