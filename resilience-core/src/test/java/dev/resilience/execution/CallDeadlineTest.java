package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What code that is no guard may know of the time there is. */
class CallDeadlineTest {

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());

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

    private Duration remaining() {
        return CallDeadline.current().remaining();
    }

    private Pipeline within(int seconds) {
        return world.pipeline(limit(seconds));
    }

    private static ScriptedPolicy limit(int seconds) {
        return new ScriptedPolicy().admitting(Admission.proceedWithin(Duration.ofSeconds(seconds)));
    }
}
