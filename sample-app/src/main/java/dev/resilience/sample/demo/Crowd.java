package dev.resilience.sample.demo;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/** Callers with a thread each, who call at fixed times whatever becomes of their calls, until they are sent home. */
final class Crowd implements AutoCloseable {

    private static final long PERIOD_MILLIS = 2500;
    private static final long PATIENCE_SECONDS = 20;

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService threads;

    /** This many, evenly spread over the time from one call of each to the next. */
    Crowd(int callers, Callable<?> call) {
        threads = Executors.newScheduledThreadPool(callers, Crowd::daemon);
        for (int caller = 0; caller < callers; caller++) {
            String name = "caller-" + caller;
            threads.scheduleAtFixedRate(
                    () -> answers.add(answer(name, call)),
                    PERIOD_MILLIS * caller / callers,
                    PERIOD_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /**
     * What became of one call.
     *
     * @param begun when, on the clock of {@code System.nanoTime}
     */
    record Answer(long begun, boolean good) {}

    /** The answers to calls that began from the first time on, and before the second one. */
    List<Answer> between(long from, long until) {
        return answers.stream()
                .filter(answer -> answer.begun() - from >= 0 && answer.begun() - until < 0)
                .toList();
    }

    /** How many calls have been answered. */
    int calls() {
        return answers.size();
    }

    /** Waits for the calls under way, and lets nobody call any more. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
    }

    /** The name is in the logging context, and so in the retry log. */
    private static Answer answer(String caller, Callable<?> call) {
        long begun = System.nanoTime();
        try (MDC.MDCCloseable named = MDC.putCloseable("caller", caller)) {
            call.call();
            return new Answer(begun, true);
        } catch (Exception failed) {
            return new Answer(begun, false);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        return thread;
    }
}
