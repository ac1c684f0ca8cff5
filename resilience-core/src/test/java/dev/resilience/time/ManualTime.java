package dev.resilience.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Time turned by hand: every clock there is, in one place.
 *
 * <p>The tick is the exact time, as that of a resting pulse, until a test {@linkplain #holdTick holds} it: then it stands
 * still until the test publishes the next one or lets it go.
 *
 * <p>Turning it runs what falls due on the turning thread, in order of time, and beats once where it stands, at every
 * instant something falls due, and at the end. A blocking pause turns the time itself, so a test of a blocking call needs no second thread.
 */
public final class ManualTime implements Ticker, Pulse, Scheduler {

    /** Where the wall clock stands when the ticker stands at its origin. */
    public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final long origin;
    private final List<LongConsumer> beats = new CopyOnWriteArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final List<long[]> standstills = new ArrayList<>();
    private long now;
    private boolean held;
    private long heldTick;
    private long turns;
    private final AtomicLong paused = new AtomicLong();
    private volatile double random = 0.5;
    private volatile Executor executor = Runnable::run;

    /** Time whose ticker starts near the overflow of a long, because real ones may. */
    public ManualTime() {
        this(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());
    }

    /** Time whose ticker starts there. */
    public ManualTime(long origin) {
        this.origin = origin;
        this.now = origin;
    }

    /** This time as it is handed to factories. */
    public Time time() {
        InstantSource wall = () -> EPOCH.plusNanos(nanos() - origin);
        return new Time(this, this, this, wall, () -> random);
    }

    /** Turns the time on. */
    public void advance(Duration duration) {
        advanceNanos(duration.toNanos());
    }

    /** Turns the time on. */
    public void advanceNanos(long nanos) {
        long end = nanos() + nanos;
        beat();
        for (Task due = next(end); due != null; due = next(end)) {
            beat();
            due.task.run();
        }
        set(end);
        beat();
    }

    /** What the random source gives from now on, in [0, 1). */
    public void random(double next) {
        this.random = next;
    }

    /** Where callbacks run from now on; by default on the thread that turns the time or signals. */
    public void executor(Executor next) {
        this.executor = next;
    }

    /** How long blocking callers paused, in all. */
    public Duration paused() {
        return Duration.ofNanos(paused.get());
    }

    /** How many scheduled tasks are waiting. */
    public synchronized int scheduled() {
        return tasks.size();
    }

    @Override
    public synchronized long nanos() {
        return now;
    }

    /** The tick stands still from now on. */
    public synchronized void holdTick() {
        if (!held) {
            held = true;
            heldTick = now;
        }
    }

    /** The tick comes up with the time, and goes on standing still there. */
    public synchronized void publishTick() {
        releaseTick();
        holdTick();
    }

    /** The tick is the exact time again. */
    public synchronized void releaseTick() {
        if (held) {
            held = false;
            standstills.add(new long[] {heldTick, now});
        }
    }

    @Override
    public synchronized long tick() {
        return held ? heldTick : now;
    }

    /** As little as the contract allows: what is tolerated is not told. */
    @Override
    public synchronized long lastToldBefore(long instant, long tolerance) {
        if (held && heldTick - instant < 0) {
            return now - instant < 0 ? instant : now;
        }
        long last = instant;
        for (long[] standstill : standstills) {
            boolean told = standstill[0] - instant < 0 && standstill[1] - standstill[0] > tolerance;
            last = told && standstill[1] - last > 0 ? standstill[1] : last;
        }
        return last;
    }

    @Override
    public void onBeat(LongConsumer work) {
        beats.add(work);
    }

    @Override
    public void wake() {}

    @Override
    public Scheduled schedule(Runnable task, long delayNanos) {
        Task scheduled = add(task, delayNanos);
        return () -> remove(scheduled);
    }

    @Override
    public Executor executor() {
        return task -> executor.execute(task);
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        paused.addAndGet(nanos);
        advanceNanos(nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Turns the time on to where the wait ends, unless the signal completes on the way. */
    @Override
    public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
        AtomicBoolean completed = new AtomicBoolean();
        signal.whenComplete((value, failure) -> completed.set(true));
        boolean endless = withinNanos > Long.MAX_VALUE - (nanos() - origin);
        long end = endless ? origin + Long.MAX_VALUE : nanos() + withinNanos;
        beat();
        Task due = completed.get() ? null : next(end);
        while (due != null) {
            beat();
            due.task.run();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            due = completed.get() ? null : next(end);
        }
        if (!completed.get() && withinNanos == Long.MAX_VALUE) {
            throw new IllegalStateException("nothing that is scheduled completes the signal: the test would hang");
        }
        if (!completed.get()) {
            pause(Math.max(0, end - nanos()));
        }
        return completed.get();
    }

    private void beat() {
        long at = nanos();
        beats.forEach(work -> work.accept(at));
    }

    private synchronized Task add(Runnable task, long delayNanos) {
        Task added = new Task(now + Math.max(0, delayNanos) - origin, turns++, () -> executor.execute(task));
        tasks.add(added);
        return added;
    }

    private synchronized void remove(Task task) {
        tasks.remove(task);
    }

    private synchronized Task next(long end) {
        Task first = tasks.peek();
        if (first == null || first.due > end - origin) {
            return null;
        }
        tasks.poll();
        now = Math.max(now - origin, first.due) + origin;
        return first;
    }

    private synchronized void set(long instant) {
        if (instant - now > 0) {
            now = instant;
        }
    }

    /** Due times are relative to the origin, so that they compare as plain numbers. */
    private static final class Task implements Comparable<Task> {
        private final long due;
        private final long turn;
        private final Runnable task;

        private Task(long due, long turn, Runnable task) {
            this.due = due;
            this.turn = turn;
            this.task = task;
        }

        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(due, other.due);
            return byTime == 0 ? Long.compare(turn, other.turn) : byTime;
        }
    }
}
