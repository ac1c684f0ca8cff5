package dev.resilience.time;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The scheduler of a running application: one daemon thread that keeps the time, and an executor that does the work,
 * so that a task that takes long delays no other.
 *
 * <p>Nobody waits beyond its end: closing it wakes resting threads, which are refused, and runs what is still scheduled,
 * which finds it closed. Rivals: whoever comes while it closes has entered himself before he looks whether it is closed,
 * and closing looks for entries after it has said so; one of the two sees the other.
 */
public final class ThreadScheduler implements Scheduler, AutoCloseable {

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;
    private final Executor bodies;
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();
    private final Set<Rest> resting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Starts the scheduler; its threads come with the first task and go when idle. */
    public ThreadScheduler() {
        timer = new ScheduledThreadPoolExecutor(1, daemons("resilience-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("resilience-worker"));
        bodies = VirtualThreads.named("resilience-body").map(this::oneEach).orElse(workers);
    }

    @Override
    public Scheduled schedule(Runnable work, long delayNanos) {
        Task task = new Task(work);
        tasks.add(task);
        try {
            Future<?> timed = timer.schedule(() -> begin(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> {
                timed.cancel(false);
                tasks.remove(task);
            };
        } catch (RejectedExecutionException shutDown) {
            tasks.remove(task);
            throw Scheduler.closed();
        } catch (Error outOfThreads) {
            tasks.remove(task);
            throw outOfThreads;
        }
    }

    private void begin(Task task) {
        if (tasks.remove(task)) {
            workers.execute(task.work);
        }
    }

    @Override
    public Executor executor() {
        return workers;
    }

    /** Bodies get a virtual thread each where the JVM has them, otherwise a worker. */
    @Override
    public Executor bodies() {
        return bodies;
    }

    private Executor oneEach(ThreadFactory threads) {
        return body -> {
            if (closed) {
                throw Scheduler.closed();
            }
            threads.newThread(body).start();
        };
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        if (nanos > 0) {
            rest(new Rest(), nanos);
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
        if (signal instanceof CompletableFuture<?> future && future.isDone()) {
            return true;
        }
        Rest rest = new Rest();
        signal.whenComplete((value, failure) -> rest.over.countDown());
        return rest(rest, withinNanos);
    }

    private boolean rest(Rest rest, long nanos) throws InterruptedException {
        resting.add(rest);
        try {
            boolean over = !closed && rest.over.await(nanos, TimeUnit.NANOSECONDS);
            if (closed) {
                throw Scheduler.closed();
            }
            return over;
        } finally {
            resting.remove(rest);
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Refuses those who rest, runs what is scheduled, and lets the running tasks end. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        resting.forEach(rest -> rest.over.countDown());
        List<Task> left = new ArrayList<>(tasks);
        left.removeIf(task -> !tasks.remove(task));
        if (!left.isEmpty()) {
            workers.execute(() -> left.forEach(Task::run));
        }
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

    /** A thread at rest. */
    private static final class Rest {
        private final CountDownLatch over = new CountDownLatch(1);
    }

    /** What is to be done later; told apart by identity. */
    private static final class Task {
        private final Runnable work;

        private Task(Runnable work) {
            this.work = work;
        }

        /** One that throws keeps none of the others from hearing of the end. */
        private void run() {
            try {
                work.run();
            } catch (RuntimeException | Error thrown) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            }
        }
    }
}
