package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.EventLoopRestException;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/** Methods on threads of their own: real threads, and a time that is turned by hand. */
class IsolationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Admission WITHIN_A_SECOND = Admission.proceedWithin(SECOND);

    private final ManualTime clock = new ManualTime();
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final World world =
            new World(new Time(clock, clock, scheduler, InstantSource.system(), RandomSource.system())).isolating(true);
    private final ScriptedPolicy timeout = new ScriptedPolicy().admitting(WITHIN_A_SECOND);
    private final ScriptedPolicy seat = new ScriptedPolicy().held();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ends = new CountDownLatch(1);

    @AfterEach
    void everythingIsGivenBack() {
        ends.countDown();
        Awaitility.await().until(world::isAtRest);
        world.assertAtRest();
        scheduler.close();
    }

    @Test
    void runsTheMethodElsewhereAndGivesWhatItGives() throws Exception {
        Thread ran = world.pipeline(timeout).call(Thread::currentThread);

        assertThat(ran).isNotSameAs(Thread.currentThread());
        assertThat(ran.isDaemon()).isTrue();
    }

    @Test
    void throwsWhatTheMethodThrowsAsItIs() {
        Exception own = new Exception("own");

        assertThatThrownBy(() -> world.pipeline(timeout).call(() -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    void leavesOnTimeThoughTheMethodIgnoresInterrupts() throws Exception {
        Caller caller = new Caller(world.pipeline(timeout, seat), this::deaf);

        begun.await();
        clock.advance(SECOND);
        assertThat(caller.failure()).isInstanceOf(CallTimedOutException.class);
        assertThat(timeout.story()).isEqualTo("PROCEED_WITHIN EXPIRED*");
        assertThat(seat.story()).isEqualTo("PROCEED");

        ends.countDown();
        Awaitility.await().until(() -> seat.story().equals("PROCEED EXPIRED*"));
    }

    @Test
    void interruptsTheMethodWhenItsTimeIsOver() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        Caller caller = new Caller(world.pipeline(timeout), () -> hearing(heard));

        begun.await();
        clock.advance(SECOND);

        assertThat(caller.failure()).isInstanceOf(CallTimedOutException.class);
        assertThat(heard.join()).isInstanceOf(InterruptedException.class);
        assertThat(caller.wasInterrupted()).isFalse();
    }

    @Test
    void passesTheInterruptOfACallerOnAndLetsHimGo() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        Caller caller = new Caller(world.pipeline(timeout, seat), () -> hearing(heard));

        begun.await();
        caller.interrupt();

        assertThat(caller.failure()).isInstanceOf(CancellationException.class);
        assertThat(caller.wasInterrupted()).isTrue();
        assertThat(heard.join()).isInstanceOf(InterruptedException.class);
        Awaitility.await().until(() -> seat.story().equals("PROCEED CANCELLED*"));
    }

    @Test
    void interruptsAMethodThatHasGivenNoFutureYetAndLeavesTheFutureAlone() throws Exception {
        CompletableFuture<Object> given = new CompletableFuture<>();
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        CompletableFuture<Object> answer = world.pipeline(timeout, seat).callAsync(() -> {
            hearing(heard);
            return given;
        });

        begun.await();
        clock.advance(SECOND);
        assertThat(heard.join()).isInstanceOf(InterruptedException.class);
        Awaitility.await().until(answer::isCompletedExceptionally);
        assertThat(given).isNotDone();
        assertThat(seat.story()).isEqualTo("PROCEED");

        given.complete("late");
        Awaitility.await().until(() -> seat.story().equals("PROCEED EXPIRED*"));
    }

    @Test
    void leavesNoInterruptOnTheThreadForTheNextMethod() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        for (int round = 0; round < 200; round++) {
            CompletableFuture<Void> atWork = new CompletableFuture<>();
            ScriptedPolicy limit = new ScriptedPolicy().admitting(WITHIN_A_SECOND);
            Caller caller = new Caller(world.pipeline(limit), () -> {
                interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                return atWork.complete(null);
            });
            atWork.join();
            clock.advance(SECOND);
            caller.failure();
        }

        assertThat(interrupted).hasValue(0);
    }

    @Test
    void knowsItsDeadlineAndThatOfTheCallAroundIt() throws Exception {
        Pipeline inner = world.pipeline(new ScriptedPolicy());

        assertThat(world.pipeline(timeout).call(() -> CallDeadline.current().remaining()))
                .isEqualTo(SECOND);
        assertThat(world.pipeline(new ScriptedPolicy().admitting(WITHIN_A_SECOND))
                        .call(() -> inner.call(() -> CallDeadline.current().remaining())))
                .isEqualTo(SECOND);
    }

    @Test
    void isOverForAMethodThatWasLeftBehindThoughTheNextAttemptHasTime() throws Exception {
        ScriptedPolicy retry = new ScriptedPolicy().settling(Verdict.tryAgain(0));
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<Object> found = new CompletableFuture<>();
        timeout.admitting(Admission.proceedWithin(Duration.ofHours(1)));
        Pipeline inner = world.pipeline(new ScriptedPolicy());

        Caller caller = new Caller(world.pipeline(retry, timeout), () -> {
            if (attempts.getAndIncrement() > 0) {
                return "ok";
            }
            deaf();
            found.complete(CallDeadline.current().isOver());
            return inner.call(() -> found.completeExceptionally(new AssertionError("begun")));
        });
        begun.await();
        clock.advance(SECOND);

        assertThat(caller.value()).isEqualTo("ok");
        ends.countDown();
        assertThat(found.join()).isEqualTo(true);
    }

    @Test
    void bringsTheContextOfTheCaller() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        world.carrier(() -> {
            String captured = user.get();
            return () -> {
                String before = user.get();
                user.set(captured);
                return () -> user.set(before);
            };
        });
        user.set("carol");

        assertThat(world.pipeline(timeout).call(user::get)).isEqualTo("carol");
        assertThat(user.get()).isEqualTo("carol");
    }

    @Test
    void tellsTheGuardsAroundWhatARetryInsideGaveUpOn() {
        RuntimeException failure = new RuntimeException("given up");
        AtomicReference<Boolean> known = new AtomicReference<>();
        ScriptedPolicy outer = new ScriptedPolicy().settlingBy(call -> {
            known.set(call.scope().gaveUp(call.failure()));
            return Verdict.proceed();
        });
        ScriptedPolicy inner = new ScriptedPolicy().settlingBy(call -> {
            call.scope().gaveUpOn(call.failure());
            return Verdict.proceed();
        });
        Pipeline inside = world.pipeline(inner);

        assertThatThrownBy(() -> world.pipeline(outer, timeout)
                        .call(() -> inside.call(() -> {
                            throw failure;
                        })))
                .isSameAs(failure);
        assertThat(known).hasValue(true);
    }

    @Test
    void doesNotKeepAnEventLoopWaiting() throws Exception {
        ScriptedPolicy breaker = new ScriptedPolicy();
        AtomicInteger invoked = new AtomicInteger();
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Pipeline pipeline = world.pipeline(breaker, timeout);

        new Loop(() -> ended.complete(failureOf(() -> pipeline.call(invoked::incrementAndGet)))).start();

        assertThat(ended.join()).isInstanceOf(EventLoopRestException.class);
        assertThat(breaker.story()).isEqualTo("PROCEED REFUSED");
        assertThat(invoked).hasValue(0);
        assertThat(world.events).hasSize(1);
    }

    @Test
    void letsAWaitingCallerGoWhenTheApplicationCloses() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        Caller caller = new Caller(world.pipeline(timeout), () -> hearing(heard));

        begun.await();
        scheduler.close();

        assertThat(caller.failure()).isInstanceOf(RejectedExecutionException.class);
        assertThat(heard.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void refusesWhenTheApplicationIsClosed() {
        scheduler.close();

        assertThatThrownBy(() -> world.pipeline(timeout, seat).call(() -> "never"))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(seat.story()).isEqualTo("PROCEED FAILURE");
    }

    @Test
    void refusesToGuardAPublisher() {
        Pipeline pipeline = world.pipeline(timeout);

        assertThatThrownBy(() -> pipeline.mono(Mono::empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("probes '0'")
                .hasMessageContaining("thread of its own");
    }

    @Test
    void staysOnTheCallersThreadWhileItIsOnlyTriedOut() throws Exception {
        assertThat(world.pipeline(Mode.SHADOW, timeout).call(Thread::currentThread))
                .isSameAs(Thread.currentThread());
        assertThat(world.pipeline(Mode.OFF, timeout).call(Thread::currentThread))
                .isSameAs(Thread.currentThread());
    }

    static Stream<String> orders() {
        return Stream.of("rts", "rst", "trs", "tsr", "srt", "str");
    }

    /** Retry, timeout and seat in every order; the first attempt is left behind, and the seat is held until it ends. */
    @ParameterizedTest
    @MethodSource("orders")
    void holdsTheSeatUntilTheMethodEndsInEveryOrder(String order) throws Exception {
        ScriptedPolicy retry = new ScriptedPolicy().settling(Verdict.tryAgain(0));
        List<World.Member> members = new ArrayList<>();
        order.chars()
                .mapToObj(letter -> letter == 'r' ? retry : letter == 't' ? timeout : seat)
                .forEach(policy -> members.add(new World.Member(policy, Mode.ENFORCED)));
        AtomicInteger attempts = new AtomicInteger();
        Caller caller =
                new Caller(world.pipeline(members), () -> attempts.getAndIncrement() == 0 ? deaf() : "second attempt");

        begun.await();
        clock.advance(SECOND);
        caller.failure();
        long seats = count(seat, "PROCEED");
        assertThat(count(seat, "*")).as("seats given back").isEqualTo(seats - 1);

        ends.countDown();
        Awaitility.await().until(() -> count(seat, "*") == seats);
    }

    private static long count(ScriptedPolicy policy, String word) {
        return Stream.of(policy.story().split(" "))
                .filter(each -> each.endsWith(word))
                .count();
    }

    /** A method that hears nothing. */
    private Object deaf() {
        begun.countDown();
        boolean over = false;
        while (!over) {
            try {
                ends.await();
                over = true;
            } catch (InterruptedException ignored) {
                // That is what it is like.
            }
        }
        return "late";
    }

    private Object hearing(CompletableFuture<Throwable> heard) {
        begun.countDown();
        try {
            ends.await();
            heard.complete(null);
        } catch (InterruptedException interrupt) {
            heard.complete(interrupt);
        }
        return "late";
    }

    private static Throwable failureOf(Callable<?> call) {
        try {
            call.call();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private static final class Loop extends Thread implements NonBlocking {

        private Loop(Runnable work) {
            super(work);
        }
    }
}
