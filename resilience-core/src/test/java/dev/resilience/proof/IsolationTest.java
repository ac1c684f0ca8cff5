package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import dev.resilience.bulkhead.BulkheadFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bodies on threads of their own, on the clock of the machine: a caller leaves a body that hears nothing when his time is
 * over, and the body keeps its seat until it has really ended, whatever the order of the policies.
 */
class IsolationTest {

    private static final Logger LOG = LoggerFactory.getLogger(IsolationTest.class);
    private static final int LONG = Integer.getInteger("resilience.proof.isolated", 100_000);
    private static final int CALLERS = 16;
    private static final Duration TOO_LONG = Duration.ofSeconds(30);
    private static final long MILLISECOND = 1_000_000;
    private static final int FEW = 20;
    private static final int SEATS = 30;

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final Resilience resilience = Resilience.builder()
            .policy("timeouts", "t", Map.of("timeout", "20ms", "isolation", "thread"))
            .policy("timeouts", "brief", Map.of("timeout", "2ms", "isolation", "thread"))
            .policy("timeouts", "patient", Map.of("timeout", "500ms", "isolation", "thread"))
            .policy("timeouts", "narrower", Map.of("timeout", "1m", "isolation", "thread"))
            .policy("timeouts", "wide", Map.of("timeout", "1h", "isolation", "thread"))
            .policy("timeouts", "total", Map.of("total", "20ms", "isolation", "thread"))
            .policy("bulkheads", "b", Map.of("max-concurrent", "4"))
            .policy("circuit-breakers", "c", Map.of())
            .policy("retries", "r", Map.of("delay", "1ms", "max-attempts", "2", "budget", "false"))
            .pipeline("t", Map.of("timeouts", "t", "bulkheads", "b", "circuit-breakers", "c"))
            .pipeline("outside", Map.of("timeouts", "t", "bulkheads", "b"), List.of("bulkheads", "timeouts"))
            .pipeline("total", Map.of("timeouts", "total", "bulkheads", "b"))
            .pipeline(
                    "retried",
                    Map.of("timeouts", "patient", "bulkheads", "b", "retries", "r"),
                    List.of("bulkheads", "retries", "timeouts"))
            .policy("bulkheads", "w", Map.of("max-concurrent", String.valueOf(SEATS)))
            .pipeline("brief", Map.of("timeouts", "brief", "bulkheads", "w", "retries", "r"))
            .pipeline("narrower", Map.of("timeouts", "narrower", "bulkheads", "b"))
            .pipeline("wide", Map.of("timeouts", "wide", "bulkheads", "b"))
            .build();

    @AfterEach
    void everythingComesBack() {
        release.countDown();
        Awaitility.waitAtMost(TOO_LONG).until(() -> seatsTaken() == 0);
        assertThat(Thread.interrupted()).as("a flag that is left").isFalse();
        resilience.close();
    }

    /** That this test ends is the proof: the body ends only after the caller has left. */
    @ParameterizedTest
    @CsvSource({"t", "outside", "total"})
    void theCallerLeavesABodyThatHearsNothing(String pipeline) {
        leaves(pipeline);

        assertThat(seatsTaken()).as("the body is still at work").isOne();
        release.countDown();
        Awaitility.waitAtMost(TOO_LONG).until(() -> seatsTaken() == 0);
    }

    /** A second attempt answers while the first one still works: the seat around both is taken until both have ended. */
    @Test
    void aSeatAroundARetryIsHeldByTheBodyThatWasGivenUp() throws Exception {
        AtomicInteger attempts = new AtomicInteger();

        String answer = resilience.pipeline("retried").call(() -> attempts.getAndIncrement() == 0 ? deaf() : "second");

        assertThat(answer).isEqualTo("second");
        assertThat(seatsTaken()).as("the first body is still at work").isOne();
    }

    @Test
    void aFullBulkheadSeesBodiesThatWereGivenUp() {
        for (int call = 0; call < 4; call++) {
            leaves("t");
        }

        assertThatThrownBy(() -> resilience.pipeline("t").call(() -> "one more"))
                .hasMessageContaining("all 4 seats are taken");
    }

    @Test
    void theBodyIsInterruptedWhenItsTimeIsOver() throws Exception {
        CompletableFuture<Boolean> heard = new CompletableFuture<>();

        untilBegun(() -> assertThatThrownBy(() -> resilience.pipeline("t").call(() -> hearing(heard)))
                .isInstanceOf(CallTimedOutException.class));

        assertThat(heard.get(1, TimeUnit.MINUTES)).isTrue();
    }

    /** The caller's interrupt reaches the body, and isn't lost on the caller. */
    @Test
    void aCallersInterruptGoesOnToTheBody() throws Exception {
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<Boolean> heard = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            caller.complete(Thread.currentThread());
            thrown.set(catchThrowable(() -> resilience.pipeline("wide").call(() -> {
                began.countDown();
                return hearing(heard);
            })));
            flag.set(Thread.interrupted());
        });
        thread.start();
        began.await();

        thread.interrupt();

        thread.join();
        assertThat(heard.get(1, TimeUnit.MINUTES)).isTrue();
        boolean told = thrown.get() instanceof InterruptedException;
        assertThat(told || thrown.get() instanceof CancellationException && flag.get())
                .as("%s, flag %s", thrown.get(), flag.get())
                .isTrue();
    }

    @Test
    void valuesFailuresAndErrorsComeThroughAsTheyAre() throws Exception {
        Pipeline wide = resilience.pipeline("wide");
        Thread here = Thread.currentThread();
        assertThat(wide.call(() -> Thread.currentThread() != here)).isTrue();
        assertThat(wide.call(
                        () -> VirtualThreads.isHere() || Thread.currentThread().isDaemon()))
                .isTrue();
        assertThat(wide.call(VirtualThreads::isHere))
                .isEqualTo(VirtualThreads.each().isPresent());
        assertThat(wide.<Object>call(() -> null)).isNull();
        for (Throwable own :
                List.of(new IllegalStateException("own"), new Exception("checked"), new StackOverflowError("own"))) {
            assertThatThrownBy(() -> wide.call(() -> sneak(own))).isSameAs(own);
        }
    }

    /** The deadline, the seat and the scope are the caller's: what is nested in the body finds them. */
    @Test
    void theDeadlineTravelsOntoTheThread() throws Exception {
        Duration left =
                resilience.pipeline("wide").call(() -> CallDeadline.current().remaining());
        assertThat(left).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(CallDeadline.current()).isNull();

        Throwable nested = resilience.pipeline("narrower").call(() -> {
            CallDeadline outer = CallDeadline.current();
            return catchThrowable(() -> resilience.pipeline("wide").call(() -> {
                assertThat(CallDeadline.current().remaining())
                        .isLessThanOrEqualTo(outer.timedOut().timeout());
                return null;
            }));
        });
        assertThat(nested).isNull();
    }

    @Test
    void futuresAndPublishersLoseNothingEither() {
        Pipeline wide = resilience.pipeline("wide");
        assertThat(wide.callAsync(() -> CompletableFuture.completedFuture("stage"))
                        .orTimeout(1, TimeUnit.MINUTES)
                        .join())
                .isEqualTo("stage");
        untilBegun(() -> assertThatThrownBy(() -> resilience
                        .pipeline("t")
                        .callAsync(() -> CompletableFuture.completedFuture(deaf()))
                        .join())
                .hasCauseInstanceOf(CallTimedOutException.class));
        assertThat(seatsTaken()).isOne();
    }

    @Test
    void nothingLeaksAroundTheDeadline() throws Exception {
        around(3_000);
    }

    @Tag("long")
    @Test
    void nothingLeaksAroundTheDeadlineForLong() throws Exception {
        around(LONG);
    }

    /** Bodies that end, deaf or not, just when their time does; the callers go on, and what they do next is never hit. */
    private void around(int calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger expired = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger hit = new AtomicInteger();
        Pipeline pipeline = resilience.pipeline("brief");
        try {
            List<Callable<Void>> callers = new ArrayList<>();
            for (int seed = 0; seed < CALLERS; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                callers.add(() -> {
                    for (int call = 0; call < calls / CALLERS; call++) {
                        long nanos = MILLISECOND + random.nextLong(3 * MILLISECOND);
                        boolean deaf = random.nextBoolean();
                        try {
                            pipeline.call(() -> work(nanos, deaf, atWork, most, hit));
                            ended.incrementAndGet();
                        } catch (CallTimedOutException late) {
                            expired.incrementAndGet();
                        } catch (BulkheadFullException full) {
                            refused.incrementAndGet();
                        }
                        hit.addAndGet(Thread.interrupted() ? 1 : 0);
                    }
                    return null;
                });
            }
            for (Future<Void> caller : threads.invokeAll(callers)) {
                caller.get();
            }
        } finally {
            threads.shutdownNow();
        }
        LOG.info("{} isolated calls ended in time, {} expired, {} were refused", ended, expired, refused);
        assertThat(hit).as("interrupts that were meant for others").hasValue(0);
        assertThat(most.get()).as("at work at once").isLessThanOrEqualTo(SEATS);
        assertThat(ended.get()).isGreaterThan(FEW);
        assertThat(expired.get()).isGreaterThan(FEW);
        Awaitility.waitAtMost(TOO_LONG).until(() -> seatsTaken() == 0 && atWork.get() == 0);
    }

    private static Object work(long nanos, boolean deaf, AtomicInteger atWork, AtomicInteger most, AtomicInteger hit) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted && !CallDeadline.current().isOver()) {
            hit.incrementAndGet();
        }
        most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
        long begun = System.nanoTime();
        try {
            while (System.nanoTime() - begun < nanos) {
                LockSupport.parkNanos(nanos / 4);
                if (!deaf && Thread.interrupted()) {
                    throw new IllegalStateException("heard it");
                }
                if (deaf) {
                    Thread.interrupted();
                }
            }
            return "done";
        } finally {
            atWork.decrementAndGet();
        }
    }

    private void leaves(String pipeline) {
        untilBegun(() -> assertThatThrownBy(() -> resilience.pipeline(pipeline).call(this::deaf))
                .isInstanceOf(CallTimedOutException.class));
    }

    /** Calls until a body has begun before the caller left: on a busy machine the time may be over first. */
    private void untilBegun(Runnable call) {
        int before = begun.get();
        do {
            call.run();
        } while (begun.get() == before);
    }

    /** Ends when it is interrupted, and says that it was. */
    private boolean hearing(CompletableFuture<Boolean> heard) throws InterruptedException {
        begun.incrementAndGet();
        try {
            return release.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException interrupted) {
            heard.complete(true);
            throw interrupted;
        }
    }

    /** Ends when it is released, and not before. */
    private String deaf() {
        begun.incrementAndGet();
        boolean interrupted = false;
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        return interrupted ? "deaf" : "never asked";
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> Object sneak(Throwable own) throws T {
        throw (T) own;
    }

    private int seatsTaken() {
        return resilience.policies().all("bulkheads").values().stream()
                .mapToInt(
                        bulkhead -> bulkhead.snapshot().numbers().get("in-use").intValue())
                .sum();
    }
}
