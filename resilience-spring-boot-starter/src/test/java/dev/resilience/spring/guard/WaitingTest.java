package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Waiter.Shape;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers who are delayed instead of refused, in every shape a method can have. */
class WaitingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final QueuedTime time = new QueuedTime();

    @ParameterizedTest
    @EnumSource
    void whoComesFirstIsServedFirst(Shape shape) {
        in(Patient.class, patient -> {
            List<Waiter> waiters = call(shape, patient, 6);
            assertThat(patient.served()).containsExactly(0, 1);

            turnOnUntilServed(patient, waiters.subList(2, 4));
            assertThat(patient.served()).containsExactlyInAnyOrder(0, 1, 2, 3);

            turnOnUntilServed(patient, waiters.subList(4, 6));
            assertThat(patient.served().subList(4, 6)).containsExactlyInAnyOrder(4, 5);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsIsServedInHisOwnInstantAndNoneEarlier(Shape shape) {
        in(Patient.class, patient -> {
            call(shape, patient, 1);
            time.advance(Duration.ofMillis(300));
            call(shape, patient, 1);
            List<Waiter> waiters = call(shape, patient, 2);

            time.advance(Duration.ofMillis(700).minusNanos(1));
            assertThat(waiters).noneMatch(waiter -> waiter.ending.isDone());
            time.advance(Duration.ofNanos(1));
            served(waiters.get(0));
            time.advance(Duration.ofMillis(300).minusNanos(1));
            assertThat(waiters.get(1).ending).isNotDone();
            time.advance(Duration.ofNanos(1));
            served(waiters.get(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoCannotBeServedInTimeIsRefusedAtOnce(Shape shape) {
        in(Patient.class, patient -> {
            List<Waiter> waiters = call(shape, patient, 12);
            assertThat(waiters.subList(2, 12)).noneMatch(waiter -> waiter.ending.isDone());

            Waiter late = shape.call(patient, 12);

            assertRefused(late, SECOND);
            time.advance(SECOND.minusNanos(1));
            assertRefused(shape.call(patient, 13), Duration.ofNanos(1));
            time.advance(Duration.ofNanos(1));
            assertThat(shape.call(patient, 14).ending).isNotDone();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoCannotBeServedBeforeHisDeadlineIsRefusedAtOnce(Shape shape) {
        in(Hurried.class, hurried -> {
            List<Waiter> waiters = call(shape, hurried, 6);
            assertThat(waiters.subList(2, 6)).noneMatch(waiter -> waiter.ending.isDone());

            assertRefused(shape.call(hurried, 6), null);
            assertThat(hurried.served()).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesGivesHisPermitBackAndTheNextWaitsAtMostOnePeriod(Shape shape) {
        in(Patient.class, patient -> {
            List<Waiter> waiters = call(shape, patient, 10);
            waiters.subList(2, 10).forEach(Waiter::leave);

            Waiter next = shape.call(patient, 10);

            assertThat(next.ending).isNotDone();
            time.advance(SECOND);
            served(next);
            assertThat(patient.served()).containsExactly(0, 1, 10);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesFromTheMiddleMakesRoomForOneAndDelaysNobody(Shape shape) {
        in(Patient.class, patient -> {
            List<Waiter> waiters = call(shape, patient, 8);
            waiters.get(3).leave();
            waiters.get(4).leave();

            Waiter first = shape.call(patient, 8);
            Waiter second = shape.call(patient, 9);
            Waiter third = shape.call(patient, 10);

            time.advance(SECOND);
            served(waiters.get(2));
            served(first);
            time.advance(SECOND);
            served(waiters.get(5));
            served(second);
            time.advance(SECOND);
            served(waiters.get(6));
            served(waiters.get(7));
            assertThat(third.ending).isNotDone();
        });
    }

    @ParameterizedTest
    @EnumSource
    void nobodyWaitsTwiceForAPermitThatWasGivenBack(Shape shape) {
        in(Patient.class, patient -> {
            for (int round = 0; round < 50; round++) {
                List<Waiter> waiters = call(shape, patient, 12);
                waiters.forEach(Waiter::leave);
                time.advance(SECOND);
                List<Waiter> next = call(shape, patient, 2);
                next.forEach(WaitingTest::served);
                time.advance(SECOND);
            }
        });
    }

    @Test
    void anInterruptedWaiterKeepsHisFlag() {
        in(Patient.class, patient -> {
            List<Waiter> waiters = call(Shape.PLAIN, patient, 3);
            waiters.get(2).leave();
            assertThat(waiters.get(2).failure().getSuppressed())
                    .singleElement()
                    .isInstanceOf(InterruptedException.class);
        });
    }

    /** Each of them was let in to wait, because all before him had given their permits back. */
    @Test
    void aHundredThousandInterruptedWaitersLoseNoPermit() {
        in(Patient.class, patient -> {
            call(Shape.PLAIN, patient, 2);
            int kept = 0;
            for (int waiter = 0; waiter < 100_000; waiter++) {
                Thread.currentThread().interrupt();
                kept += leavesAtOnce(patient) ? 1 : 0;
            }
            assertThat(kept).isEqualTo(100_000);
            List<Waiter> next = call(Shape.PLAIN, patient, 2);
            time.advance(SECOND);
            next.forEach(WaitingTest::served);
        });
    }

    /** @return whether the flag was kept */
    private static boolean leavesAtOnce(Patient patient) {
        try {
            patient.plain(-1);
            throw new AssertionError("served");
        } catch (RateLimitedException refused) {
            throw new AssertionError("refused", refused);
        } catch (RuntimeException interrupted) {
            return Thread.interrupted();
        }
    }

    @Test
    void aSubscriberWhoRunsOutOfPatienceGivesHisPermitBack() {
        in(Patient.class, patient -> {
            call(Shape.MONO, patient, 2);
            CompletableFuture<Object> impatient =
                    patient.mono(2).timeout(Mono.never().or(Mono.empty())).toFuture();
            assertThat(impatient).isCompletedExceptionally();
            List<Waiter> next = call(Shape.MONO, patient, 2);
            time.advance(SECOND);
            next.forEach(WaitingTest::served);
        });
    }

    @Test
    void whoNeverSubscribesReservesNothing() {
        in(Patient.class, patient -> {
            IntStream.range(0, 100).forEach(patient::mono);
            IntStream.range(0, 100).forEach(patient::flux);
            call(Shape.MONO, patient, 2).forEach(WaitingTest::served);
        });
    }

    private <T extends Patient> void in(Class<T> type, Consumer<T> story) {
        Starters.with(type).withBean(Time.class, time::time).run(context -> story.accept(context.getBean(type)));
    }

    private static List<Waiter> call(Shape shape, Patient patient, int callers) {
        return IntStream.range(0, callers)
                .mapToObj(number -> shape.call(patient, number))
                .toList();
    }

    private void turnOnUntilServed(Patient patient, List<Waiter> waiters) {
        time.advance(SECOND);
        waiters.forEach(WaitingTest::served);
    }

    /** A blocked caller goes on on its own thread, so this waits for it. */
    private static void served(Waiter waiter) {
        waiter.ending.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void assertRefused(Waiter waiter, Duration retryAfter) {
        assertThat(waiter.ending).isCompletedExceptionally();
        assertThat(waiter.failure()).isInstanceOfSatisfying(RateLimitedException.class, refusal -> {
            if (retryAfter != null) {
                assertThat(refusal.retryAfter()).contains(retryAfter);
            }
        });
    }

    static class Patient implements Waiter.Throttled {
        private final List<Integer> served = Collections.synchronizedList(new ArrayList<>());

        @Override
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Object plain(int number) {
            return serve(number);
        }

        @Override
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public CompletableFuture<Object> stage(int number) {
            return CompletableFuture.completedFuture(serve(number));
        }

        @Override
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Mono<Object> mono(int number) {
            return Mono.fromCallable(() -> serve(number));
        }

        @Override
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Flux<Object> flux(int number) {
            return Flux.defer(() -> Flux.just(serve(number)));
        }

        protected Object serve(int number) {
            served.add(number);
            return number;
        }

        public List<Integer> served() {
            return served;
        }
    }

    static class Hurried extends Patient {

        @Override
        @Timeout(total = "2s")
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Object plain(int number) {
            return serve(number);
        }

        @Override
        @Timeout(total = "2s")
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public CompletableFuture<Object> stage(int number) {
            return CompletableFuture.completedFuture(serve(number));
        }

        @Override
        @Timeout(total = "2s")
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Mono<Object> mono(int number) {
            return Mono.fromCallable(() -> serve(number));
        }

        @Override
        @Timeout(total = "2s")
        @RateLimited(name = "door", limits = "2/1s", maxWait = "5s")
        public Flux<Object> flux(int number) {
            return Flux.defer(() -> Flux.just(serve(number)));
        }
    }
}
