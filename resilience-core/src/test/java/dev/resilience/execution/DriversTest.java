package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Tally.Count;
import dev.resilience.Verdict;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong around a call, and what belongs to it wherever it goes on. */
class DriversTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final ScriptedPolicy outer = new ScriptedPolicy();
    private final ScriptedPolicy inner = new ScriptedPolicy();

    @AfterEach
    void everythingIsGivenBack() {
        world.assertAtRest();
    }

    @Test
    void answersWithoutARefreshWhenTheExecutorIsClosed() throws Exception {
        inner.admitting(Admission.returningAndRefreshing("stale"));
        closeExecutor();

        assertThat(world.pipeline(outer, inner).<Object>call(() -> "fresh")).isEqualTo("stale");

        assertThat(inner.story()).isEqualTo("RETURN CANCELLED");
        assertThat(outer.story()).isEqualTo("PROCEED VALUE");
    }

    @Test
    void answersAFutureWithoutARefreshWhenTheExecutorIsClosed() {
        inner.admitting(Admission.returningAndRefreshing("stale"));
        closeExecutor();

        CompletableFuture<Object> answer =
                world.pipeline(outer, inner).callAsync(() -> CompletableFuture.completedFuture("fresh"));

        assertThat(answer).isCompletedWithValue("stale");
        assertThat(inner.story()).isEqualTo("RETURN CANCELLED");
    }

    @Test
    void expiresThoughTheExecutorIsClosed() {
        inner.admitting(Admission.proceedWithin(SECOND));
        CompletableFuture<Object> answer = world.pipeline(inner).callAsync(CompletableFuture::new);
        closeExecutor();

        time.advance(SECOND);

        assertThat(answer).isCompletedExceptionally();
        assertThat(inner.story()).isEqualTo("PROCEED_WITHIN EXPIRED*");
    }

    @Test
    void failsABlockingCallWhoseSignalIsBroken() {
        inner.admitting(Admission.askAgain(new BrokenSignal(), SECOND.toNanos()));

        assertThatThrownBy(() -> world.pipeline(outer, inner).call(() -> "never"))
                .hasMessage("broken signal");

        assertThat(inner.story()).isEqualTo("ASK_AGAIN FAILURE");
        assertThat(outer.story()).isEqualTo("PROCEED FAILURE");
    }

    @Test
    void failsAFutureWhoseSignalIsBroken() {
        inner.admitting(Admission.askAgain(new BrokenSignal(), SECOND.toNanos()));

        CompletableFuture<Object> answer = world.pipeline(outer, inner).callAsync(CompletableFuture::new);

        assertThat(answer).isCompletedExceptionally();
        assertThat(outer.story()).isEqualTo("PROCEED FAILURE");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void tellsARefreshItsOwnDeadlineAndNotTheCallers() throws Exception {
        outer.admitting(Admission.proceedWithin(SECOND));
        inner.admittingBy(call -> {
            call.scope();
            return Admission.returningAndRefreshing("stale");
        });
        ScriptedPolicy timeout = new ScriptedPolicy().admitting(Admission.proceedWithin(Duration.ofMinutes(1)));
        List<Long> remaining = new ArrayList<>();
        ScriptedPolicy nested = new ScriptedPolicy().admittingBy(call -> {
            remaining.add(call.remainingNanos());
            return Admission.proceed();
        });
        Pipeline inside = world.pipeline(nested);

        world.pipeline(outer, inner, timeout).<Object>call(() -> inside.call(() -> "fresh"));

        assertThat(remaining).containsExactly(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void tellsANestedCallTheNearestDeadlineAroundIt() throws Exception {
        outer.admitting(Admission.proceedWithin(SECOND));
        List<Long> remaining = new ArrayList<>();
        inner.admittingBy(call -> {
            remaining.add(call.remainingNanos());
            return Admission.proceed();
        });
        Pipeline inside = world.pipeline(inner);

        world.pipeline(outer).<Object>call(() -> inside.call(() -> "ok"));

        assertThat(remaining).containsExactly(SECOND.toNanos());
    }

    @Test
    void beginsEveryEntryOfARefreshWithoutAMemory() throws Exception {
        outer.settling(Verdict.tryAgain(0));
        inner.admitting(Admission.proceed(), Admission.returningAndRefreshing("stale"));
        ScriptedPolicy innermost = new ScriptedPolicy();
        List<String> outcomes = new ArrayList<>(List.of("first", "refreshed"));

        Object value = world.pipeline(outer, inner, innermost).call(() -> outcomes.remove(0));

        assertThat(value).isEqualTo("stale");
        assertThat(innermost.story()).isEqualTo("PROCEED VALUE* PROCEED VALUE*");
    }

    @Test
    void hasTheCallersContextWhereverACallGoesOn() {
        ThreadLocal<String> context = new ThreadLocal<>();
        List<String> seen = new ArrayList<>();
        world.carrier(carrierOf(context));
        outer.settlingBy(call -> {
            seen.add(context.get());
            return Verdict.tryAgain(SECOND.toNanos());
        });
        inner.admittingBy(call -> Admission.proceed());
        inner.admittingBy(call -> {
            seen.add(context.get());
            return Admission.proceed();
        });
        List<CompletableFuture<Object>> bodies = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        List<CompletableFuture<Object>> left = new ArrayList<>(bodies);
        context.set("caller");
        CompletableFuture<Object> answer = world.pipeline(outer, inner).callAsync(() -> left.remove(0));
        answer.thenRun(() -> seen.add(context.get()));
        context.set("somebody else");

        bodies.get(0).completeExceptionally(new IllegalStateException());
        time.advance(SECOND);
        bodies.get(1).complete("ok");

        assertThat(seen).containsExactly("caller", "caller", "caller");
        assertThat(context.get()).isEqualTo("somebody else");
    }

    @Test
    void countsAnAnswerToTheSecondQuestionAsAnAnswer() throws Exception {
        inner.admitting(
                Admission.askAgain(CompletableFuture.completedFuture(1), 1), Admission.returning("of another call"));
        Pipeline pipeline = world.pipeline(inner);

        pipeline.<Object>call(() -> "own");

        assertThat(World.count(pipeline, 0, Count.ANSWERED)).isOne();
    }

    @Test
    void countsTheSuccessesInsideAnExpiryThatCameLast() {
        outer.admitting(Admission.proceedWithin(SECOND));
        inner.settlingBy(call -> {
            time.advance(SECOND);
            return Verdict.proceed();
        });
        Pipeline pipeline = world.pipeline(outer, inner);

        assertThatThrownBy(() -> pipeline.call(() -> "late")).isInstanceOf(CallTimedOutException.class);

        assertThat(World.count(pipeline, 0, Count.EXPIRED)).isOne();
        assertThat(World.count(pipeline, 1, Count.SUCCESS)).isOne();
    }

    @Test
    void countsACallOnceForAPolicyInTwoPlaces() throws Exception {
        Pipeline pipeline = world.pipelineOfOneInTwoPlaces(inner);

        pipeline.<Object>call(() -> "ok");
        assertThatThrownBy(() -> pipeline.call(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(World.count(pipeline, 0, Count.SUCCESS)).isOne();
        assertThat(World.count(pipeline, 0, Count.FAILURE)).isOne();
    }

    @Test
    void doesNotOverflowTheStackWhenManyAttemptsAreRefused() throws Exception {
        int attempts = 20_000;
        for (int attempt = 1; attempt < attempts; attempt++) {
            outer.settling(Verdict.tryAgain(0));
            inner.admitting(Admission.fail(new ContractTest.Refusal()));
        }

        assertThat(world.pipeline(outer, inner).<Object>call(() -> "ok")).isEqualTo("ok");
    }

    @Test
    void tellsOfEveryTryWhichItIsOfHowManyAndWhatWentBefore() throws Exception {
        outer.settling(Verdict.tryAgain(0, 3), Verdict.tryAgain(0));
        IllegalStateException down = new IllegalStateException("down");
        inner.settling(Verdict.fail(down));

        world.pipeline(outer, inner).<Object>call(() -> "ok");

        assertThat(world.events)
                .containsExactly(
                        new ResilienceEvent.TriedAgain("probes", "0", "Test.operation", 2, 3, Duration.ZERO, down),
                        new ResilienceEvent.TriedAgain("probes", "0", "Test.operation", 3, 0, Duration.ZERO, null));
    }

    @Test
    void tellsOfAPolicyInTheShadowThatThrows() throws Exception {
        inner.admittingBy(call -> {
            throw new IllegalStateException("broken");
        });
        Pipeline pipeline = world.pipeline(dev.resilience.PolicyInstance.Mode.SHADOW, inner);

        assertThat(pipeline.<Object>call(() -> "ok")).isEqualTo("ok");

        assertThat(world.events).hasOnlyElementsOfType(ResilienceEvent.WouldHave.class);
    }

    @Test
    void tellsThatACallGoesInAgainOnlyWhenItIsLetIn() throws Exception {
        IllegalStateException down = new IllegalStateException("down");
        Verdict again = Verdict.askAgain(new CompletableFuture<>(), SECOND.toNanos());
        outer.settling(again, again).admitting(Admission.proceed(), Admission.proceed());
        outer.admittingBy(call -> Admission.fail(call.failure()));
        inner.settling(Verdict.fail(down), Verdict.fail(down));
        Pipeline pipeline = world.pipeline(outer, inner);

        assertThatThrownBy(() -> pipeline.call(() -> "ok")).isSameAs(down);

        assertThat(world.events)
                .containsExactly(new ResilienceEvent.TriedAgain("probes", "0", "Test.operation", 2, 0, SECOND, down));
        assertThat(pipeline.stages().get(0).instance().tally().triedAgain()).isOne();
    }

    @Test
    void tellsAPolicyInTheShadowThatItPretends() throws Exception {
        List<Boolean> pretended = new ArrayList<>();
        inner.admittingBy(call -> {
            pretended.add(call.pretends());
            return Admission.proceed();
        });
        inner.settlingBy(call -> {
            pretended.add(call.pretends());
            return Verdict.proceed();
        });
        outer.settlingBy(call -> {
            pretended.add(call.pretends());
            return Verdict.proceed();
        });

        world.pipeline(List.of(new World.Member(outer, Mode.ENFORCED), new World.Member(inner, Mode.SHADOW)))
                .<Object>call(() -> "ok");

        assertThat(pretended).containsExactly(true, true, false);
    }

    @Test
    void keepsAnInterruptOfSomebodyElse() {
        ScriptedPolicy timeout = new ScriptedPolicy().admitting(Admission.proceedWithin(SECOND));

        assertThatThrownBy(() -> world.pipeline(timeout).call(() -> {
                    Thread.currentThread().interrupt();
                    time.advance(Duration.ofMinutes(1));
                    return "late";
                }))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void takesAwayTheInterruptOfItsOwnDeadline() {
        ScriptedPolicy timeout = new ScriptedPolicy().admitting(Admission.proceedWithin(SECOND));
        AtomicReference<Boolean> during = new AtomicReference<>();

        assertThatThrownBy(() -> world.pipeline(timeout).call(() -> {
                    time.advance(Duration.ofMinutes(1));
                    during.set(Thread.currentThread().isInterrupted());
                    return "late";
                }))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(during).hasValue(true);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void keepsTheFlagOfACallerWhoIsInterruptedWhileHeWaits() {
        inner.admitting(Admission.proceedAfter(SECOND.toNanos()));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> world.pipeline(inner).call(() -> "never"))
                .isInstanceOf(java.util.concurrent.CancellationException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(inner.story()).isEqualTo("PROCEED_AFTER CANCELLED");
    }

    private void closeExecutor() {
        time.executor(task -> {
            throw new RejectedExecutionException("closed");
        });
    }

    private static ContextCarrier carrierOf(ThreadLocal<String> context) {
        return () -> {
            String captured = context.get();
            return () -> {
                String before = context.get();
                context.set(captured);
                return () -> context.set(before);
            };
        };
    }

    /** A signal that nobody can listen to. */
    private static final class BrokenSignal extends CompletableFuture<Object> {
        @Override
        public CompletableFuture<Object> whenComplete(
                java.util.function.BiConsumer<? super Object, ? super Throwable> action) {
            throw new IllegalStateException("broken signal");
        }

        @Override
        public CompletableFuture<Object> whenCompleteAsync(
                java.util.function.BiConsumer<? super Object, ? super Throwable> action,
                java.util.concurrent.Executor executor) {
            throw new IllegalStateException("broken signal");
        }
    }
}
