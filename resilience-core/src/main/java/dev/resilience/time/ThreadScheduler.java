package dev.resilience.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The scheduler of a running application: one daemon thread that keeps the time, and an executor that does the work,
 * so that a task that takes long delays no other.
 */
public final class ThreadScheduler implements Scheduler, AutoCloseable {

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;

    /** Starts the scheduler; its threads come with the first task and go when idle. */
    public ThreadScheduler() {
        timer = new ScheduledThreadPoolExecutor(1, daemons("resilience-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("resilience-worker"));
    }

    @Override
    public Scheduled schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = timer.schedule(() -> workers.execute(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public Executor executor() {
        return workers;
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        if (nanos > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
        if (signal instanceof CompletableFuture<?> future && future.isDone()) {
            return true;
        }
        CountDownLatch completed = new CountDownLatch(1);
        signal.whenComplete((value, failure) -> completed.countDown());
        return completed.await(withinNanos, TimeUnit.NANOSECONDS);
    }

    /** Drops what is scheduled and lets the running tasks end. */
    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
