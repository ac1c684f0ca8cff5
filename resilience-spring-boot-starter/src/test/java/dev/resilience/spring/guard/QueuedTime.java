package dev.resilience.spring.guard;

import dev.resilience.time.ManualTime;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * Time turned by hand in which a blocking caller really rests, on its own thread, until somebody else turns the time to the
 * end of its rest. Turning it waits until whoever is woken has gone on, so that a test is a story again.
 */
final class QueuedTime implements Scheduler {

    final ManualTime manual = new ManualTime();

    Time time() {
        Time time = manual.time();
        return new Time(time.ticker(), time.pulse(), this, time.wall(), time.random());
    }

    void advance(Duration duration) {
        manual.advance(duration);
    }

    @Override
    public Scheduled schedule(Runnable task, long delayNanos) {
        return manual.schedule(task, delayNanos);
    }

    @Override
    public Executor executor() {
        return manual.executor();
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        rest(new CountDownLatch(1), nanos);
    }

    @Override
    public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        signal.whenComplete((value, failure) -> over.countDown());
        rest(over, withinNanos);
        return signal.toCompletableFuture().isDone();
    }

    private void rest(CountDownLatch over, long nanos) throws InterruptedException {
        Scheduled end = manual.schedule(over::countDown, nanos);
        try {
            over.await();
        } finally {
            end.cancel();
        }
    }
}
