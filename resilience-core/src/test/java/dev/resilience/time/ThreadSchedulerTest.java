package dev.resilience.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadSchedulerTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final ThreadScheduler scheduler = new ThreadScheduler();

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void refusesAThreadThatPausesWhenItCloses() {
        FutureTask<Void> pausing = resting(() -> {
            scheduler.pause(HOUR);
            return null;
        });

        scheduler.close();

        assertRefused(pausing);
    }

    @Test
    void refusesAThreadThatAwaitsASignalWhenItCloses() {
        FutureTask<Boolean> awaiting = resting(() -> scheduler.await(new CompletableFuture<>(), Long.MAX_VALUE));

        scheduler.close();

        assertRefused(awaiting);
    }

    @Test
    void runsWhatIsStillScheduledWhenItCloses() {
        CompletableFuture<Boolean> foundClosed = new CompletableFuture<>();
        scheduler.schedule(() -> foundClosed.complete(scheduler.isClosed()), HOUR);

        scheduler.close();

        assertThat(foundClosed.join()).isTrue();
    }

    @Test
    void aTaskThatThrowsKeepsNoOtherFromRunning() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        for (CompletableFuture<Void> task : new CompletableFuture[] {first, second}) {
            scheduler.schedule(
                    () -> {
                        task.complete(null);
                        throw new IllegalStateException("broken task");
                    },
                    HOUR);
        }

        scheduler.close();

        CompletableFuture.allOf(first, second).join();
    }

    @Test
    void aTaskThatWasCancelledDoesNotRun() {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CompletableFuture<Void> left = new CompletableFuture<>();
        scheduler.schedule(() -> cancelled.complete(null), HOUR).cancel();
        scheduler.schedule(() -> left.complete(null), HOUR);

        scheduler.close();
        left.join();

        assertThat(cancelled).isNotDone();
    }

    @Test
    void refusesWhoComesLater() {
        scheduler.close();

        assertThatThrownBy(() -> scheduler.pause(1)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.await(new CompletableFuture<>(), 1))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void wakesAThreadByItsSignal() throws Exception {
        CompletableFuture<Void> signal = new CompletableFuture<>();
        FutureTask<Boolean> awaiting = resting(() -> scheduler.await(signal, HOUR));

        signal.complete(null);

        assertThat(awaiting.get()).isTrue();
    }

    @Test
    void runsATaskOnAWorker() {
        CompletableFuture<String> thread = new CompletableFuture<>();

        scheduler.schedule(() -> thread.complete(Thread.currentThread().getName()), 1);

        assertThat(thread.join()).startsWith("resilience-worker");
    }

    /** Returns when the thread rests. */
    private static <T> FutureTask<T> resting(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING
                && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        return task;
    }

    private static void assertRefused(FutureTask<?> task) {
        assertThatThrownBy(task::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closing");
    }
}
