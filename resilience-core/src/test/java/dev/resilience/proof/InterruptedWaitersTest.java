package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers who are interrupted while a limiter or a bulkhead makes them wait: each leaves with his flag set, what was kept
 * for him goes to the next one, and that one waits no longer than if they had never come.
 *
 * <p>The long form interrupts {@code resilience.proof.interrupts} (10⁵ unless set) of each kind.
 */
class InterruptedWaitersTest {

    private static final Logger LOG = LoggerFactory.getLogger(InterruptedWaitersTest.class);
    private static final int LONG = Integer.getInteger("resilience.proof.interrupts", 100_000);
    private static final int SHORT = 5_000;
    private static final int WAITERS = 50;
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final ExecutorService threads = Executors.newFixedThreadPool(WAITERS + 1);
    private final ModelTime time = new ModelTime();
    private final Random random = new Random(3);

    @AfterEach
    void endTheThreads() {
        threads.shutdownNow();
    }

    @Test
    void aLimitersPermitsComeBack() throws Exception {
        waitersOfALimiter(SHORT);
    }

    @Test
    void aBulkheadsLineForgetsWhoLeft() throws Exception {
        waitersOfABulkhead(SHORT);
    }

    @Test
    void aSeatHandedToWhoIsLeavingGoesOn() throws Exception {
        waitersWhileSeatsAreHandedOn(SHORT);
    }

    @Tag("long")
    @Test
    void aLimitersPermitsComeBackForLong() throws Exception {
        waitersOfALimiter(LONG);
    }

    @Tag("long")
    @Test
    void aBulkheadsLineForgetsWhoLeftForLong() throws Exception {
        waitersOfABulkhead(LONG);
    }

    @Tag("long")
    @Test
    void aSeatHandedToWhoIsLeavingGoesOnForLong() throws Exception {
        waitersWhileSeatsAreHandedOn(LONG);
    }

    /** One permit a second: fifty who wait have the permits of the next fifty seconds, until they are interrupted. */
    private void waitersOfALimiter(int interrupts) throws Exception {
        Resilience resilience = guarded("rate-limiters", Map.of("limits", "1/1s", "max-wait", "10m"));
        Pipeline pipeline = resilience.pipeline("p");
        for (int round = 0; round < interrupts / WAITERS; round++) {
            pipeline.call(() -> "the first one needs not wait");
            List<Waiter> waiters = wait(pipeline);

            interrupt(waiters);

            for (Waiter waiter : waiters) {
                waiter.judge();
            }
            CompletableFuture<String> next = pipeline.callAsync(() -> CompletableFuture.completedFuture("next"));
            time.advance(PERIOD.minusNanos(1));
            assertThat(next).as("in the same period").isNotDone();
            time.advance(Duration.ofNanos(1));
            assertThat(next).as("one period later").isCompletedWithValue("next");
            time.advance(PERIOD);
            assertThat(number(resilience, "rate-limiters", "used")).isZero();
        }
        LOG.info("{} interrupted before a limiter", interrupts);
    }

    private void waitersOfABulkhead(int interrupts) throws Exception {
        Resilience resilience = guarded(
                "bulkheads", Map.of("max-concurrent", "1", "max-wait", "1m", "max-waiting", String.valueOf(WAITERS)));
        Pipeline pipeline = resilience.pipeline("p");
        for (int round = 0; round < interrupts / WAITERS; round++) {
            CompletableFuture<String> holder = new CompletableFuture<>();
            pipeline.callAsync(() -> holder);
            List<Waiter> waiters = wait(pipeline);
            assertThat(number(resilience, "bulkheads", "waiting")).isEqualTo(WAITERS);

            interrupt(waiters);

            for (Waiter waiter : waiters) {
                waiter.judge();
            }
            assertThat(number(resilience, "bulkheads", "waiting")).isZero();
            CompletableFuture<String> next = pipeline.callAsync(() -> CompletableFuture.completedFuture("next"));
            assertThat(next).isNotDone();
            holder.complete("done");
            assertThat(next).isCompletedWithValue("next");
            assertThat(number(resilience, "bulkheads", "in-use")).isZero();
        }
        LOG.info("{} interrupted in the line of a bulkhead", interrupts);
    }

    /**
     * Half of them are interrupted while seats come free: who is given a seat in the moment he leaves hands it on, and the
     * other half all get theirs.
     */
    private void waitersWhileSeatsAreHandedOn(int interrupts) throws Exception {
        Resilience resilience = guarded(
                "bulkheads", Map.of("max-concurrent", "1", "max-wait", "1m", "max-waiting", String.valueOf(WAITERS)));
        Pipeline pipeline = resilience.pipeline("p");
        int interrupted = 0;
        int served = 0;
        while (interrupted < interrupts) {
            CompletableFuture<String> holder = new CompletableFuture<>();
            pipeline.callAsync(() -> holder);
            List<Waiter> waiters = wait(pipeline);
            List<Waiter> leaving = new ArrayList<>(waiters);
            Collections.shuffle(leaving, random);
            leaving = leaving.subList(0, WAITERS / 2);
            Future<?> freeing = threads.submit(() -> holder.complete("done"));

            interrupt(leaving);

            freeing.get(1, TimeUnit.MINUTES);
            for (Waiter waiter : waiters) {
                waiter.ended.get(1, TimeUnit.MINUTES);
                boolean left = leaving.contains(waiter);
                assertThat(waiter.wasServed() || left).as("served or left").isTrue();
                assertThat(waiter.flag.get())
                        .as("flag of one who leaves: %s", left)
                        .isEqualTo(left);
                served += waiter.wasServed() ? 1 : 0;
            }
            interrupted += leaving.size();
            assertThat(number(resilience, "bulkheads", "waiting")).isZero();
            assertThat(number(resilience, "bulkheads", "in-use")).isZero();
        }
        LOG.info("{} interrupted while seats were handed on, {} served", interrupted, served);
    }

    private Resilience guarded(String kind, Map<String, String> knobs) {
        return Resilience.builder()
                .time(time.time())
                .policy(kind, "g", knobs)
                .pipeline("p", Map.of(kind, "g"))
                .build();
    }

    private static long number(Resilience resilience, String kind, String name) {
        return resilience
                .policies()
                .find(kind, "g")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    private List<Waiter> wait(Pipeline pipeline) throws Exception {
        List<Waiter> waiters = new ArrayList<>();
        for (int waiter = 0; waiter < WAITERS; waiter++) {
            waiters.add(new Waiter(pipeline));
        }
        for (Waiter waiter : waiters) {
            waiter.begun.await();
        }
        time.awaitResting(WAITERS);
        return waiters;
    }

    private void interrupt(List<Waiter> waiters) {
        List<Waiter> shuffled = new ArrayList<>(waiters);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(Waiter::interrupt);
    }

    /** One who waits on a thread of his own until he is interrupted. He stays on it until the interrupt has come. */
    private final class Waiter {
        private final Pipeline pipeline;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicBoolean flag = new AtomicBoolean();
        private final AtomicInteger bodies = new AtomicInteger();
        private final Future<?> ended;
        private volatile Thread thread;
        private volatile Throwable thrown;
        private boolean over;

        private Waiter(Pipeline pipeline) {
            this.pipeline = pipeline;
            this.ended = threads.submit(this::call);
        }

        private void call() {
            thread = Thread.currentThread();
            begun.countDown();
            try {
                pipeline.call(bodies::incrementAndGet);
            } catch (Throwable failure) {
                thrown = failure;
            }
            leave();
        }

        private synchronized void leave() {
            over = true;
            flag.set(Thread.interrupted());
        }

        private synchronized void interrupt() {
            if (over) {
                flag.set(true);
            } else {
                thread.interrupt();
            }
        }

        private boolean wasServed() {
            return thrown == null && bodies.get() == 1;
        }

        private void judge() throws Exception {
            ended.get(1, TimeUnit.MINUTES);
            assertThat(thrown).isInstanceOf(CancellationException.class);
            assertThat(flag).as("interrupt flag").isTrue();
            assertThat(bodies).as("bodies begun").hasValue(0);
        }
    }
}
