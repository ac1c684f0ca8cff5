package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.resilience.Admission;
import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What code that is no guard may know of the time there is. */
class CallDeadlineTest {

    final ManualTime time = new ManualTime();
    final World world = new World(time.time());

    @AfterEach
    void everythingIsGivenBack() {
        world.assertAtRest();
    }

    @Test
    void isNotThereOutsideOfGuardedCalls() {
        assertThat(CallDeadline.current()).isNull();
        assertThat(CallDeadline.of(Context.empty())).isNull();
        assertThat(CallDeadline.of("no context")).isNull();
    }

    @Test
    void isNotThereInACallWithoutOne() throws Exception {
        assertThat(world.pipeline(new ScriptedPolicy()).call(CallDeadline::current))
                .isNull();
    }

    @Test
    void tellsWhatIsLeftOfTheTime() throws Exception {
        within(2).run(() -> {
            CallDeadline deadline = CallDeadline.current();
            time.advance(Duration.ofMillis(500));
            assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1500));
            assertThat(deadline.isOver()).isFalse();
        });
    }

    @Test
    void isOverWhenTheTimeIs() {
        CallDeadline deadline = within(2)
                .callAsync(() -> CompletableFuture.completedFuture(CallDeadline.current()))
                .join();

        time.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(deadline.isOver()).isFalse();
        time.advanceNanos(1);

        assertThat(deadline.isOver()).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void namesWhoseTimeItIs() throws Exception {
        CallTimedOutException expiry =
                within(2).call(() -> CallDeadline.current().timedOut());

        assertThat(expiry.kind()).isEqualTo("probes");
        assertThat(expiry.operation()).isEqualTo("Test.operation");
        assertThat(expiry.timeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void isTheOneThatPassesFirstOfOneCall() throws Exception {
        Pipeline pipeline = world.pipeline(limit(3), limit(1), limit(2));

        assertThat(pipeline.call(this::remaining)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void isThatOfTheGuardFurtherOutIfThatPassesFirst() throws Exception {
        assertThat(within(2).call(() -> within(3).call(this::remaining))).isEqualTo(Duration.ofSeconds(2));
        assertThat(within(3).call(() -> within(2).call(this::remaining))).isEqualTo(Duration.ofSeconds(2));
        assertThat(within(3).call(() -> world.pipeline(new ScriptedPolicy()).call(this::remaining)))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void travelsInTheReactorContext() {
        Mono<Duration> remaining = within(2)
                .mono(() -> Mono.deferContextual(
                        context -> Mono.just(CallDeadline.of(context).remaining())));

        assertThat(remaining.block()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void leavesAStreamThatHasBegunToTheTimeOfTheWhole() {
        ScriptedPolicy whole = new ScriptedPolicy().admitting(Admission.proceedWhollyWithin(Duration.ofSeconds(9)));
        AtomicReference<@Nullable CallDeadline> later = new AtomicReference<>();

        Flux<String> stream = world.pipeline(whole, limit(2))
                .flux(() -> Flux.deferContextual(context ->
                        Flux.just("first", "second").doOnNext(element -> later.set(CallDeadline.of(context)))));

        assertThat(stream.collectList().block()).hasSize(2);
        assertThat(later.get().remaining()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void isLiftedWhenTheCallHasEndedInTimeAndNotWhenItWasLate() {
        AtomicReference<@Nullable CallDeadline> early = new AtomicReference<>();
        AtomicReference<@Nullable CallDeadline> late = new AtomicReference<>();

        within(2)
                .callAsync(() -> {
                    early.set(CallDeadline.current());
                    assertThat(early.get().isLifted()).isFalse();
                    return CompletableFuture.completedFuture("in time");
                })
                .join();
        CompletableFuture<String> body = new CompletableFuture<>();
        within(2).callAsync(() -> {
            late.set(CallDeadline.current());
            return body;
        });
        time.advance(Duration.ofSeconds(2));
        body.complete("too late");

        assertThat(early.get().isLifted()).isTrue();
        assertThat(late.get().isLifted()).isFalse();
    }

    @Test
    void isLiftedWhenTheStreamItWaitsForHasBegun() {
        AtomicReference<@Nullable CallDeadline> ofTheBeginning = new AtomicReference<>();

        Flux<String> stream = within(2)
                .flux(() -> Flux.deferContextual(context -> {
                    ofTheBeginning.set(CallDeadline.of(context));
                    return Flux.just("first", "second")
                            .doOnNext(element ->
                                    assertThat(ofTheBeginning.get().isLifted()).isEqualTo(element.equals("second")));
                }));

        assertThat(stream.collectList().block()).hasSize(2);
    }

    @Test
    void ofACallThatIsOverIsNotThatOfTheNextCall() throws Exception {
        CallDeadline kept = within(2).call(CallDeadline::current);

        within(5).run(() -> {
            assertThat(remaining()).isEqualTo(Duration.ofSeconds(5));
            assertThat(kept.remaining()).isEqualTo(Duration.ofSeconds(2));
            assertThat(kept.isLifted()).isTrue();
            assertThat(kept.timedOut().timeout()).isEqualTo(Duration.ofSeconds(2));
        });
    }

    @Test
    void doesNotLimitWhatGoesOnAfterTheCallByThatOfTheNextCall() throws Exception {
        CallScope kept = within(2).call(CallScope::current);

        within(1).run(() -> {
            assertThat(remaining()).isEqualTo(Duration.ofSeconds(1));
            assertThat(kept.remainingAt(time.nanos())).isEqualTo(Long.MAX_VALUE);
        });
    }

    @Test
    void keepsACallFromBeginningInsideOneWhoseTimeIsOver() {
        Pipeline inner = within(9);

        assertThatThrownBy(() -> within(2).run(() -> {
                    time.advanceNanos(0);
                    time.advance(Duration.ofSeconds(2));
                    inner.run(() -> fail("was begun"));
                }))
                .isInstanceOfSatisfying(CallTimedOutException.class, expiry -> assertThat(expiry.timeout())
                        .isEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void keepsACallFromBeginningInsideOneWhoseTimeIsOverThoughTheWatchdogSleeps() {
        Pipeline inner = within(9);

        assertThatThrownBy(() -> within(2).run(() -> {
                    CallDeadline deadline = CallDeadline.current();
                    time.advance(Duration.ofSeconds(2));
                    assertThat(deadline.isOver()).isTrue();
                    inner.run(() -> fail("was begun"));
                }))
                .isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void isOverForPoliciesInsideItWhateverCallsTheyMakeMeanwhile() {
        Pipeline another = within(5);
        AtomicLong left = new AtomicLong(-1);
        ScriptedPolicy inside = policy().settlingBy(call -> {
            another.run(() -> {});
            left.set(call.remainingNanos());
            return Verdict.proceed();
        });

        assertThatThrownBy(() -> world.pipeline(limit(1), inside).run(() -> {
                    time.advanceNanos(0);
                    time.advance(Duration.ofSeconds(1));
                }))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(left).hasValue(0);
    }

    @Test
    void isThereForWhatTheCallIsDivertedTo() throws Exception {
        ScriptedPolicy diverting = policy().settling(Verdict.divert((arguments, failure) -> remaining()));
        Pipeline pipeline = world.pipeline(limit(3), diverting, limit(1));

        Object left = pipeline.call(() -> {
            time.advanceNanos(0);
            time.advance(Duration.ofSeconds(1));
            return "late";
        });

        assertThat(left).isEqualTo(Duration.ofSeconds(2));
    }

    /** Whatever runs on a thread inside a call, such as an attempt of another call, belongs to its own. */
    @Test
    void isNotSeenByStrangersOnItsThread() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        Deque<CompletableFuture<String>> attempts =
                new ArrayDeque<>(List.of(first, CompletableFuture.completedFuture("second")));
        Admission longer = Admission.proceedWithin(Duration.ofSeconds(9));
        Pipeline elsewhere = new World(time.time()).pipeline(policy().admitting(longer, longer));
        List<@Nullable CallDeadline> seen = new ArrayList<>();
        CompletableFuture<String> stranger = world.pipeline(new ScriptedPolicy().settling(Verdict.tryAgain(0)))
                .callAsync(() -> {
                    seen.add(CallDeadline.current());
                    elsewhere.run(() -> seen.add(null));
                    return attempts.remove();
                });

        within(2).run(() -> {
            first.complete("first");
            assertThat(stranger).isCompletedWithValue("second");
            assertThat(seen).hasSize(4).containsOnlyNulls();
            assertThat(remaining()).isEqualTo(Duration.ofSeconds(2));
        });
    }

    @Test
    void isSeenByCallsOfAnotherApplication() throws Exception {
        World elsewhere = new World(time.time());
        Pipeline longer = elsewhere.pipeline(limit(9));
        Pipeline shorter = elsewhere.pipeline(limit(1));

        within(2).run(() -> {
            longer.run(() -> assertThat(remaining()).isEqualTo(Duration.ofSeconds(2)));
            shorter.run(() -> assertThat(remaining()).isEqualTo(Duration.ofSeconds(1)));
            assertThat(remaining()).isEqualTo(Duration.ofSeconds(2));
        });
    }

    ScriptedPolicy policy() {
        return new ScriptedPolicy();
    }

    private Duration remaining() {
        return CallDeadline.current().remaining();
    }

    final Pipeline within(int seconds) {
        return world.pipeline(limit(seconds));
    }

    final ScriptedPolicy limit(int seconds) {
        return policy().admitting(Admission.proceedWithin(Duration.ofSeconds(seconds)));
    }
}
