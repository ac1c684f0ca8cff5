package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;

/** A seat is occupied as long as the work that sits on it, whatever has become of the call. */
class HeldUntilBodyEndsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Admission WITHIN_A_SECOND = Admission.proceedWithin(SECOND);

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final ScriptedPolicy retry = new ScriptedPolicy();
    private final ScriptedPolicy timeout = new ScriptedPolicy();
    private final ScriptedPolicy seat = new ScriptedPolicy().held();
    private final CompletableFuture<Object> first = new CompletableFuture<>();
    private final CompletableFuture<Object> second = new CompletableFuture<>();
    private final Queue<CompletableFuture<Object>> bodies = new ArrayDeque<>(List.of(first, second));

    @AfterEach
    void everythingIsGivenBack() {
        world.assertAtRest();
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void keepsTheSeatOfAnExpiredCallUntilItsBodyEnds() {
        timeout.admitting(WITHIN_A_SECOND);
        CompletableFuture<Object> answer = call(timeout, seat);

        time.advance(SECOND);
        assertThat(answer).isCompletedExceptionally();
        assertThat(timeout.story()).isEqualTo("PROCEED_WITHIN EXPIRED*");
        assertThat(seat.story()).isEqualTo("PROCEED");

        first.complete("late");
        assertThat(seat.story()).isEqualTo("PROCEED EXPIRED*");
    }

    @Test
    void keepsTheSeatOfAnExpiredCallUntilItsBodyFails() {
        timeout.admitting(WITHIN_A_SECOND);
        call(timeout, seat);

        time.advance(SECOND);
        first.completeExceptionally(new IllegalStateException("late"));

        assertThat(seat.story()).isEqualTo("PROCEED EXPIRED*");
    }

    /** What a subscription throws when it is cancelled goes to the thread's handler, as anything that nobody waits for. */
    @Test
    void givesTheSeatBackThoughTheCancellationOfTheBodyThrows() {
        timeout.admitting(WITHIN_A_SECOND, WITHIN_A_SECOND);
        Mono<Object> unwilling = world.pipeline(timeout, seat)
                .mono(() -> Mono.from(subscriber -> subscriber.onSubscribe(new Unwilling())));
        List<Throwable> uncaught = new ArrayList<>();
        List<Throwable> told = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));

        unwilling.subscribe().dispose();
        assertThat(seat.story()).isEqualTo("PROCEED CANCELLED*");
        unwilling.subscribe(value -> {}, told::add);
        time.advance(SECOND);
        Thread.currentThread().setUncaughtExceptionHandler(null);

        assertThat(seat.story()).isEqualTo("PROCEED CANCELLED* PROCEED EXPIRED*");
        assertThat(told).hasExactlyElementsOfTypes(CallTimedOutException.class);
        assertThat(uncaught).extracting(Throwable::getMessage).containsExactly("stuck", "stuck");
    }

    @Test
    void settlesASeatOnceIfTheBodyEndsInTimeAndTheTimePassesLater() {
        timeout.admitting(WITHIN_A_SECOND);
        CompletableFuture<Object> answer = call(timeout, seat);

        first.complete("ok");
        time.advance(SECOND);

        assertThat(answer).isCompletedWithValue("ok");
        assertThat(seat.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void keepsOneSeatForEachAbandonedAttempt() {
        retry.settling(Verdict.tryAgain(0), Verdict.tryAgain(0));
        timeout.admitting(WITHIN_A_SECOND, WITHIN_A_SECOND, WITHIN_A_SECOND);
        CompletableFuture<Object> third = new CompletableFuture<>();
        bodies.add(third);
        CompletableFuture<Object> answer = call(retry, timeout, seat);

        time.advance(SECOND);
        time.advance(SECOND);
        third.complete("ok");
        assertThat(answer).isCompletedWithValue("ok");
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED PROCEED VALUE*");

        second.complete("late");
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED PROCEED VALUE* EXPIRED*");
        first.complete("later");
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED PROCEED VALUE* EXPIRED* EXPIRED*");
    }

    @Test
    void keepsASeatAroundTheRetryUntilTheLastAbandonedAttemptEnds() {
        retry.settling(Verdict.tryAgain(0));
        timeout.admitting(WITHIN_A_SECOND);
        CompletableFuture<Object> answer = call(seat, retry, timeout);

        time.advance(SECOND);
        second.complete("ok");
        assertThat(answer).isCompletedWithValue("ok");
        assertThat(seat.story()).isEqualTo("PROCEED");

        first.complete("late");
        assertThat(seat.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void settlesASeatAroundTheRetryWithTheCallIfTheAbandonedAttemptEndsBefore() {
        retry.settling(Verdict.tryAgain(0));
        timeout.admitting(WITHIN_A_SECOND);
        call(seat, retry, timeout);

        time.advance(SECOND);
        first.complete("late");
        assertThat(seat.story()).isEqualTo("PROCEED");
        second.complete("ok");

        assertThat(seat.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void givesTheSeatBackWhenTheCallerCancelsAndTheBodyWithHim() {
        CompletableFuture<Object> answer = call(seat);

        answer.cancel(true);

        assertThat(first).isCancelled();
        assertThat(seat.story()).isEqualTo("PROCEED CANCELLED*");
    }

    @Test
    void keepsTheSeatOfACancelledCallWhoseStageCannotBeCancelled() {
        CompletableFuture<Object> answer = call(() -> first.minimalCompletionStage(), seat);

        answer.cancel(true);
        assertThat(seat.story()).isEqualTo("PROCEED");
        first.complete("late");

        assertThat(seat.story()).isEqualTo("PROCEED CANCELLED*");
    }

    @Test
    void keepsTheSeatOfAnExpiredAttemptWhenTheCallerCancelsTheNext() {
        retry.settling(Verdict.tryAgain(0));
        timeout.admitting(WITHIN_A_SECOND);
        CompletableFuture<Object> answer = call(retry, timeout, seat);

        time.advance(SECOND);
        answer.cancel(true);
        assertThat(first).isNotDone();
        assertThat(second).isCancelled();
        assertThat(seat.story()).isEqualTo("PROCEED PROCEED CANCELLED*");
        first.complete("late");

        assertThat(seat.story()).isEqualTo("PROCEED PROCEED CANCELLED* EXPIRED*");
    }

    @Test
    void givesTheSeatBackWhenALateBodyThrowsBeforeItGivesAStage() {
        timeout.admitting(WITHIN_A_SECOND);

        call(
                () -> {
                    time.advance(SECOND);
                    throw new IllegalStateException("late");
                },
                timeout,
                seat);

        assertThat(seat.story()).isEqualTo("PROCEED EXPIRED*");
    }

    @Test
    void settlesALateSeatThoughItThrows() {
        timeout.admitting(WITHIN_A_SECOND);
        seat.settlingBy(call -> {
            throw new IllegalStateException("broken");
        });
        call(timeout, seat);

        time.advance(SECOND);
        first.complete("late");

        assertThat(world.events).hasSize(2);
    }

    @Test
    void whoOnlyHearsOfTheEndIsSettledAtOnceAndToldLater() {
        ScriptedPolicy ear = new ScriptedPolicy().hearing();
        timeout.admitting(WITHIN_A_SECOND);
        call(timeout, ear, seat);

        time.advance(SECOND);
        assertThat(ear.story()).isEqualTo("PROCEED EXPIRED*");

        first.complete("late");
        assertThat(ear.story()).isEqualTo("PROCEED EXPIRED* ENDED after EXPIRED");
        assertThat(seat.story()).isEqualTo("PROCEED EXPIRED*");
    }

    @Test
    void whoOnlyHearsOfTheEndIsToldOnceAfterTheLastBodyThoughTheCallWentWell() {
        ScriptedPolicy ear = new ScriptedPolicy().hearing();
        retry.settling(Verdict.tryAgain(0), Verdict.tryAgain(0));
        timeout.admitting(WITHIN_A_SECOND, WITHIN_A_SECOND);
        CompletableFuture<Object> third = new CompletableFuture<>();
        bodies.add(third);
        call(ear, retry, timeout);

        time.advance(SECOND);
        time.advance(SECOND);
        third.complete("ok");
        assertThat(ear.story()).isEqualTo("PROCEED VALUE*");
        second.complete("late");
        assertThat(ear.story()).isEqualTo("PROCEED VALUE*");

        first.complete("later");
        assertThat(ear.story()).isEqualTo("PROCEED VALUE* ENDED after VALUE");
    }

    @Test
    void whoOnlyHearsOfTheEndHearsNothingWhereNoBodyWasLeft() {
        ScriptedPolicy ear = new ScriptedPolicy().hearing();
        call(ear, retry);

        first.complete("ok");

        assertThat(ear.story()).isEqualTo("PROCEED VALUE*");
    }

    private CompletableFuture<Object> call(ScriptedPolicy... policies) {
        return call(bodies::remove, policies);
    }

    private CompletableFuture<Object> call(Supplier<CompletionStage<Object>> body, ScriptedPolicy... policies) {
        Pipeline pipeline = world.pipeline(policies);
        return pipeline.callAsync(body);
    }

    private static final class Unwilling implements Subscription {

        @Override
        public void request(long more) {}

        @Override
        public void cancel() {
            throw new IllegalStateException("stuck");
        }
    }
}
