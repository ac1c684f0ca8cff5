package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Verdict;
import dev.resilience.execution.ContractTest.Boom;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.NonBlocking;

/** A second try beside the first, for methods that give plain values: real threads, and hedges without a wait. */
class HedgedMethodsTest {

    private final ManualTime clock = new ManualTime();
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final World world =
            new World(new Time(clock, clock, scheduler, InstantSource.system(), RandomSource.system()));
    private final ScriptedPolicy outside = new ScriptedPolicy();
    private final ScriptedPolicy retry = new ScriptedPolicy().hedging(new ScriptedHedger(Duration.ZERO));
    private final ScriptedPolicy seat = new ScriptedPolicy().held();
    private final AtomicInteger tries = new AtomicInteger();
    private final CompletableFuture<Throwable> firstHeard = new CompletableFuture<>();
    private final CompletableFuture<Throwable> secondHeard = new CompletableFuture<>();
    private final CountDownLatch bothBegan = new CountDownLatch(2);
    private final CountDownLatch ends = new CountDownLatch(1);

    @AfterEach
    void everythingIsGivenBack() {
        ends.countDown();
        Awaitility.await().until(world::isAtRest);
        world.assertAtRest();
        scheduler.close();
    }

    @Test
    void givesWhatTheSecondTryGivesAndInterruptsTheFirst() throws Exception {
        assertThat(pipeline().call(() -> isFirst() ? hearing(firstHeard) : "second"))
                .isEqualTo("second");

        assertThat(firstHeard.join()).isInstanceOf(InterruptedException.class);
        Awaitility.await().until(() -> seat.story().equals("PROCEED PROCEED VALUE* CANCELLED*"));
        assertThat(outside.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void runsEachTryOnAThreadOfItsOwn() throws Exception {
        Thread[] ran = new Thread[2];

        pipeline().call(() -> {
            ran[tries.getAndIncrement()] = Thread.currentThread();
            bothBegan.countDown();
            bothBegan.await();
            return "both";
        });

        assertThat(ran).doesNotHaveDuplicates().doesNotContainNull().doesNotContain(Thread.currentThread());
    }

    @Test
    void givesBothUpWithACallerWhoIsInterrupted() throws Exception {
        Caller caller = new Caller(pipeline(), () -> hearing(isFirst() ? firstHeard : secondHeard));

        bothBegan.await();
        caller.interrupt();

        assertThat(caller.failure()).isInstanceOf(CancellationException.class);
        assertThat(caller.wasInterrupted()).isTrue();
        assertThat(firstHeard.join()).isInstanceOf(InterruptedException.class);
        assertThat(secondHeard.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void endsBothWhenTheTimeIsOver() throws Exception {
        outside.admitting(Admission.proceedWithin(Duration.ofSeconds(1)));
        Caller caller = new Caller(pipeline(), () -> hearing(isFirst() ? firstHeard : secondHeard));

        bothBegan.await();
        clock.advance(Duration.ofSeconds(1));

        assertThat(caller.failure()).isInstanceOf(CallTimedOutException.class);
        assertThat(firstHeard.join()).isInstanceOf(InterruptedException.class);
        assertThat(secondHeard.join()).isInstanceOf(InterruptedException.class);
        Awaitility.await().until(() -> seat.story().equals("PROCEED PROCEED EXPIRED* EXPIRED*"));
    }

    @Test
    void keepsTheSeatsOfALoserWhoDoesNotListen() throws Exception {
        outside.held();

        assertThat(pipeline().call(() -> isFirst() ? deaf() : "second")).isEqualTo("second");
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED VALUE*");
        assertThat(outside.story()).isEqualTo("PROCEED");

        ends.countDown();
        Awaitility.await().until(() -> outside.story().equals("PROCEED VALUE*"));
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED VALUE* CANCELLED*");
    }

    @Test
    void divertsOnAThreadOfItsOwnWhenBothHaveFailed() throws Exception {
        Thread[] diverted = new Thread[1];
        outside.settling(Verdict.divert((arguments, failure) -> {
            diverted[0] = Thread.currentThread();
            return "diverted";
        }));

        Object value = pipeline().call(() -> {
            bothBegan.countDown();
            bothBegan.await();
            throw new Boom();
        });

        assertThat(value).isEqualTo("diverted");
        assertThat(diverted[0]).isNotSameAs(Thread.currentThread());
    }

    @Test
    void bringsTheContextOfTheCallerToPoliciesAndTriesAlike() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        world.carrier(() -> {
            String captured = user.get();
            return () -> {
                String before = user.get();
                user.set(captured);
                return () -> user.set(before);
            };
        });
        ScriptedPolicy asked = new ScriptedPolicy();
        StringBuffer seen = new StringBuffer();
        for (int each = 0; each < 2; each++) {
            asked.admittingBy(call -> {
                seen.append(user.get());
                return Admission.proceed();
            });
        }
        user.set("carol ");

        world.pipeline(retry, asked).call(() -> {
            seen.append(user.get());
            bothBegan.countDown();
            bothBegan.await();
            return null;
        });

        assertThat(seen).hasToString("carol carol carol carol ");
    }

    @Test
    void hedgesNothingOnAnEventLoop() {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        Pipeline pipeline = pipeline();
        Loop loop = new Loop(() -> pipeline.run(() -> ran.complete(Thread.currentThread())));

        loop.start();

        assertThat(ran.join()).isSameAs(loop);
        assertThat(world.events).isEmpty();
    }

    @Test
    void leavesNoInterruptOnTheThreadsForTheNextMethod() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        Pipeline pipeline = world.pipeline(retry);

        for (int round = 0; round < 500; round++) {
            pipeline.call(() -> interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0));
        }

        assertThat(interrupted).hasValue(0);
    }

    private Pipeline pipeline() {
        return world.pipeline(outside, retry, seat);
    }

    private boolean isFirst() {
        return tries.getAndIncrement() == 0;
    }

    private Object hearing(CompletableFuture<Throwable> heard) {
        bothBegan.countDown();
        try {
            ends.await();
            heard.complete(null);
        } catch (InterruptedException interrupt) {
            heard.complete(interrupt);
        }
        return "late";
    }

    private Object deaf() {
        while (true) {
            try {
                ends.await();
                return "late";
            } catch (InterruptedException ignored) {
                // That is what makes it deaf.
            }
        }
    }

    private static final class Loop extends Thread implements NonBlocking {

        private Loop(Runnable work) {
            super(work);
        }
    }
}
