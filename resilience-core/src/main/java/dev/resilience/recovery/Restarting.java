package dev.resilience.recovery;

import dev.resilience.time.Time;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The restarts of one {@link Restartable}: one at a time, whoever wants it, and none too soon after the last. Thread-safe;
 * its monitor is held for a few instructions and never while anything is restarted.
 */
final class Restarting {

    private final String name;
    private final Supplier<Restartable> restartable;
    private final Restarts all;
    private final Time time;

    // Guarded by this:
    private @Nullable Run underWay;
    private boolean hasEnded;
    private long endedAt;
    private long succeededAs;

    private volatile boolean helps = true;
    private volatile @Nullable Thread restarter;

    Restarting(String name, Supplier<Restartable> restartable, Restarts all, Time time) {
        this.name = name;
        this.restartable = restartable;
        this.all = all;
        this.time = time;
    }

    String name() {
        return name;
    }

    /** Whether the last call that went in again after one went well; true until that is known. */
    boolean helps() {
        return helps;
    }

    /** Tells how a call ended that went in again after one. */
    void helped(boolean well) {
        if (helps != well) {
            helps = well;
        }
    }

    /** Whether one has succeeded since a call began with which this number was noted, see {@link Restarts#note}. */
    synchronized boolean hasSucceededSince(long number) {
        return succeededAs - number > 0;
    }

    /** The one that is under way, or null. */
    synchronized @Nullable Run underWay() {
        return underWay;
    }

    /** The one that is under way, or null; it doesn't wait for itself where it uses what it restarts. */
    @Nullable Run toWaitFor() {
        return restarter == Thread.currentThread() ? null : underWay();
    }

    /**
     * The one that is under way, or one that begins now; null if one has succeeded since the call began, be it a moment ago,
     * if it is too soon for another one, or if the call is part of the one that is under way.
     *
     * @param number what was noted with the call
     * @param began is told if one begins
     * @param ended is told what that one failed with, or null, before anybody who waits for it goes on
     */
    @Nullable Run underWayOrBegun(long number, long now, long pauseNanos, Runnable began, Consumer<@Nullable Throwable> ended) {
        Run fresh;
        synchronized (this) {
            if (hasSucceededSince(number)) {
                return null;
            }
            if (underWay != null || hasEnded && now - endedAt < pauseNanos) {
                return toWaitFor();
            }
            fresh = new Run(this, now);
            underWay = fresh;
            all.began();
        }
        began.run();
        begin(fresh, ended);
        return fresh;
    }

    /** It may take its time, so it has a thread of its own, as bodies have that ignore the end of theirs. */
    private void begin(Run fresh, Consumer<@Nullable Throwable> ended) {
        try {
            time.scheduler().bodies().execute(() -> end(fresh, tried(), ended));
        } catch (RuntimeException | Error refused) {
            end(fresh, refused, ended);
        }
    }

    private @Nullable Throwable tried() {
        restarter = Thread.currentThread();
        try {
            restartable.get().restart();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        } finally {
            restarter = null;
        }
    }

    private void end(Run run, @Nullable Throwable failure, Consumer<@Nullable Throwable> ended) {
        synchronized (this) {
            underWay = null;
            hasEnded = true;
            endedAt = time.ticker().nanos();
            run.failure = failure;
            succeededAs = failure == null ? all.succeeded() : succeededAs;
            all.ended();
        }
        ended.accept(failure);
        run.signal.complete(run);
    }

    /** One restart. What it came to may be read once its signal has completed. */
    static final class Run {
        private final CompletableFuture<Run> signal = new CompletableFuture<>();
        private final Restarting restarting;
        private final long began;
        private @Nullable Throwable failure;

        private Run(Restarting restarting, long began) {
            this.restarting = restarting;
            this.began = began;
        }

        /** What is restarted. */
        Restarting restarting() {
            return restarting;
        }

        CompletableFuture<Run> signal() {
            return signal;
        }

        /** What is left of this wait, which began with the restart. */
        long leftNanos(long longest, long now) {
            return longest - (now - began);
        }

        boolean hasSucceeded() {
            return signal.isDone() && failure == null;
        }

        /** What it failed with; null if it didn't, or hasn't ended. */
        @Nullable Throwable failure() {
            return signal.isDone() ? failure : null;
        }
    }
}
