package dev.resilience.proof;

import dev.resilience.time.Pulse;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Time for real threads that is turned by one of them: who waits rests until somebody turns the time that far, or
 * interrupts him, and it can be seen how many rest. Work that falls due runs on the turning thread. Thread-safe.
 */
final class ModelTime implements Ticker, Pulse, Scheduler {

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofHours(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private final Condition rested = lock.newCondition();
    private final AtomicLong now = new AtomicLong();
    private final List<LongConsumer> beats = new CopyOnWriteArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::due));
    private int resting;

    Time time() {
        return new Time(this, this, this, () -> EPOCH.plusNanos(now.get()), () -> 0.5);
    }

    /** Turns the time on, and runs what falls due. */
    void advance(Duration duration) {
        long end = now.get() + duration.toNanos();
        for (Task due = next(end); due != null; due = next(end)) {
            beat();
            due.work.run();
        }
        turnTo(end);
        beat();
    }

    /** Turns the time on without any work: that of the beats and of the scheduler comes with the next turn. */
    void advanceSilently(long nanos) {
        now.addAndGet(nanos);
    }

    void beat() {
        beats.forEach(work -> work.accept(nanos()));
    }

    /** Waits until so many threads rest. */
    void awaitResting(int threads) throws InterruptedException {
        lock.lock();
        try {
            while (resting < threads) {
                rested.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many tasks are scheduled. */
    int scheduled() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanos() {
        return ORIGIN + now.get();
    }

    @Override
    public long tick() {
        return nanos();
    }

    @Override
    public long lastToldBefore(long instant, long tolerance) {
        return instant;
    }

    @Override
    public void onBeat(LongConsumer work) {
        beats.add(work);
    }

    @Override
    public void wake() {
        // It never rests.
    }

    @Override
    public Scheduled schedule(Runnable work, long delayNanos) {
        lock.lock();
        try {
            Task task = new Task(now.get() + Math.max(0, delayNanos), work);
            tasks.add(task);
            return () -> remove(task);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Task task) {
        lock.lock();
        try {
            tasks.removeIf(other -> other == task);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        rest(nanos, new ArrayList<>());
    }

    @Override
    public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
        List<Object> completed = new ArrayList<>();
        signal.whenComplete((value, failure) -> {
            lock.lock();
            try {
                completed.add(true);
                turned.signalAll();
            } finally {
                lock.unlock();
            }
        });
        return rest(withinNanos, completed);
    }

    private boolean rest(long nanos, List<Object> completed) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long begun = now.get();
            resting++;
            rested.signalAll();
            try {
                while (completed.isEmpty() && now.get() - begun < nanos) {
                    turned.await();
                }
            } finally {
                resting--;
            }
            return !completed.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private Task next(long end) {
        lock.lock();
        try {
            Task first = tasks.peek();
            if (first == null || first.due > end) {
                return null;
            }
            tasks.remove();
            turnTo(first.due);
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void turnTo(long instant) {
        lock.lock();
        try {
            now.accumulateAndGet(instant, Math::max);
            turned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Something to do at a time since the origin. */
    private static final class Task {
        private final long due;
        private final Runnable work;

        private Task(long due, Runnable work) {
            this.due = due;
            this.work = work;
        }

        private long due() {
            return due;
        }
    }
}
