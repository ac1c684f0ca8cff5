package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that end just when their time does, one after the other on the same thread: an interrupt that was meant for one
 * never hits the next, nor what the thread does between them.
 *
 * <p>On the clock of a model the deadline passes some hundred nanoseconds after the call has begun, wherever it is then; on
 * the clock of the machine the real watchdog does what it does. The long form makes {@code resilience.proof.deadlines} calls
 * (10⁵ unless set) on the machine's clock, and ten times as many on the model's.
 */
class DeadlineInterruptsTest {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineInterruptsTest.class);
    private static final int LONG = Integer.getInteger("resilience.proof.deadlines", 100_000);
    private static final int SHORT = 2_000;
    private static final int CALLERS = 4;
    private static final int CALLERS_IN_EARNEST = 32;
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final int FEW = 50;

    @Test
    void noInterruptOutlivesItsCallOnTheClockOfAModel() throws Exception {
        onTheClockOfAModel(SHORT * 20);
    }

    @Test
    void noInterruptOutlivesItsCallOnTheClockOfTheMachine() throws Exception {
        onTheClockOfTheMachine(SHORT);
    }

    @Tag("long")
    @Test
    void noInterruptOutlivesItsCallOnTheClockOfAModelForLong() throws Exception {
        onTheClockOfAModel(LONG * 10);
    }

    @Tag("long")
    @Test
    void noInterruptOutlivesItsCallOnTheClockOfTheMachineForLong() throws Exception {
        onTheClockOfTheMachine(LONG);
    }

    /** Somebody else's interrupt isn't the expiry's to clear: it was there first. */
    @Test
    void anInterruptOfSomebodyElseSurvivesTheExpiry() {
        ModelTime time = new ModelTime();
        Pipeline pipeline = guarded(time.time()).pipeline("short");

        Throwable thrown = catchThrowable(() -> pipeline.call(() -> {
            Thread.currentThread().interrupt();
            time.advance(Duration.ofMillis(1));
            time.advance(Duration.ofMillis(1));
            return "deaf";
        }));

        assertThat(thrown).isInstanceOf(CallTimedOutException.class);
        assertThat(Thread.interrupted()).as("the interrupt of somebody else").isTrue();
    }

    private void onTheClockOfAModel(int calls) throws Exception {
        ModelTime time = new ModelTime();
        Resilience resilience = guarded(time.time());
        Thread clock = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        time.advance(Duration.ofMillis(1));
                        Thread.yield();
                    }
                },
                "clock");
        clock.start();
        try {
            let(resilience, CALLERS, calls, random -> {
                long until = time.nanos() + random.nextLong(3 * MILLISECOND);
                while (time.nanos() - until < 0) {
                    Thread.yield();
                }
                spin(random.nextInt(200));
            });
        } finally {
            clock.interrupt();
            clock.join();
        }
    }

    private void onTheClockOfTheMachine(int calls) throws Exception {
        try (Resilience resilience = guarded(null)) {
            let(
                    resilience,
                    CALLERS_IN_EARNEST,
                    calls,
                    random -> LockSupport.parkNanos(MILLISECOND / 2 + random.nextLong(4 * MILLISECOND)));
        }
    }

    /** Times of one to four milliseconds around two of the pipelines, none to speak of around the third. */
    private static Resilience guarded(@Nullable Time time) {
        var builder = Resilience.builder()
                .policy("timeouts", "short", Map.of("timeout", "1ms"))
                .policy("timeouts", "both", Map.of("timeout", "2ms", "total", "3ms"))
                .policy("timeouts", "endless", Map.of("timeout", "10d"))
                .policy("retries", "again", Map.of("delay", "1ms", "budget", "false"))
                .policy("bulkheads", "wide", Map.of("max-concurrent", "1000"))
                .pipeline("short", Map.of("timeouts", "short", "bulkheads", "wide"))
                .pipeline("both", Map.of("timeouts", "both", "retries", "again", "bulkheads", "wide"))
                .pipeline("endless", Map.of("timeouts", "endless"));
        return (time == null ? builder : builder.time(time)).build();
    }

    private void let(Resilience resilience, int callers, int calls, Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Callable<Caller>> all = new ArrayList<>();
            for (int seed = 0; seed < callers; seed++) {
                all.add(new Caller(resilience, new SplittableRandom(seed), work, calls / callers));
            }
            int expired = 0;
            int ended = 0;
            for (Future<Caller> done : threads.invokeAll(all)) {
                expired += done.get().expired;
                ended += done.get().ended;
            }
            LOG.info("{} calls ended in time, {} expired", ended, expired);
            assertThat(expired).isGreaterThan(FEW);
            assertThat(ended).isGreaterThan(FEW);
            assertThat(resilience
                            .policies()
                            .all("bulkheads")
                            .get("wide")
                            .snapshot()
                            .numbers())
                    .containsEntry("in-use", 0);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void spin(int rounds) {
        for (int round = 0; round < rounds; round++) {
            Thread.onSpinWait();
        }
    }

    /** What a body does: about as long as it may. */
    @FunctionalInterface
    private interface Work {
        void go(SplittableRandom random);
    }

    /** One thread: a call that may expire, then a look, then a call that can't. */
    private static final class Caller implements Callable<Caller> {
        private final Pipeline[] ending;
        private final Pipeline endless;
        private final SplittableRandom random;
        private final Work work;
        private final int calls;
        private int expired;
        private int ended;

        private Caller(Resilience resilience, SplittableRandom random, Work work, int calls) {
            this.ending = new Pipeline[] {resilience.pipeline("short"), resilience.pipeline("both")};
            this.endless = resilience.pipeline("endless");
            this.random = random;
            this.work = work;
            this.calls = calls;
        }

        @Override
        public Caller call() throws Exception {
            for (int call = 0; call < calls; call++) {
                once(ending[random.nextInt(ending.length)]);
                calm("after the call");
                endless.call(() -> {
                    calm("as the next call begins");
                    spin(random.nextInt(500));
                    calm("during the next call");
                    return null;
                });
                calm("after the next call");
            }
            return this;
        }

        private void once(Pipeline pipeline) throws Exception {
            try {
                pipeline.call(() -> {
                    work.go(random);
                    if (random.nextInt(4) == 0) {
                        throw new IllegalStateException("in time or not");
                    }
                    return "done";
                });
                ended++;
            } catch (CallTimedOutException late) {
                expired++;
            } catch (IllegalStateException failed) {
                ended++;
            }
        }

        private static void calm(String when) {
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted " + when);
            }
        }
    }
}
