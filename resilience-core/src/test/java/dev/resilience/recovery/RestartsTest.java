package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.recovery.Scene.BrokenException;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One restart for all who need it. It ends when the test runs it, unless the test says that restarts end at once. */
class RestartsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Scene scene = new Scene();
    private final Queue<Runnable> restarts = new ArrayDeque<>();
    private boolean atOnce;
    private int readingsLeft;

    @BeforeEach
    void restartsTakeTheirTime() {
        scene.by(clocks());
    }

    @Test
    void aCallThatFailsHasItRestartedAndGoesInAgain() throws Throwable {
        atOnce = true;
        Pipeline pipeline = scene.rules("BrokenException -> restart client");
        scene.client.broken = true;

        assertThat(pipeline.<Object>call(scene.client::get)).isEqualTo("value");
        assertThat(scene.client.restarts).isOne();
        assertThat(scene.number("restarts")).isOne();
        assertThat(scene.number("in-again-after-restart")).isOne();
        assertThat(scene.events(StateChanged.class))
                .containsExactly(
                        new StateChanged(
                                "recoveries", "carrier", "READY", "RESTARTING", "BrokenException: client is restarted"),
                        new StateChanged("recoveries", "carrier", "RESTARTING", "READY", "client was restarted"));
    }

    @Test
    void allWhoFailMeanwhileWaitForTheSameRestart() {
        Pipeline pipeline = scene.rules("BrokenException -> restart client");
        CompletableFuture<String> dead = new CompletableFuture<>();
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int call = 0; call < 100; call++) {
            calls.add(begin(pipeline, dead, "value"));
        }

        dead.completeExceptionally(new BrokenException());
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        assertThat(restarts).hasSize(1);
        endRestart();

        assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValue("value"));
        assertThat(scene.client.restarts).isOne();
        assertThat(scene.events(TriedAgain.class)).hasSize(100);
    }

    @Test
    void whoComesMeanwhileWaitsAndGoesInOnce() {
        Pipeline pipeline = scene.rules("BrokenException -> restart client");
        scene.client.broken = true;
        begin(pipeline);
        int[] invoked = {0};

        CompletableFuture<String> late = pipeline.callAsync(() -> {
            invoked[0]++;
            return CompletableFuture.completedFuture("late");
        });

        assertThat(late).isNotDone();
        endRestart();
        assertThat(late).isCompletedWithValue("late");
        assertThat(invoked).containsExactly(1);
        assertThat(scene.events(TriedAgain.class)).hasSize(1);
    }

    @Test
    void whatIsRestartedMayBeUsedByItsRestart() throws Exception {
        atOnce = true;
        AtomicReference<Pipeline> pipeline = new AtomicReference<>();
        List<Object> pings = new ArrayList<>();
        scene.lent.put("client", (Restartable) () -> {
            pings.add(pipeline.get().call(() -> "pong"));
            pings.add(catchThrowable(() -> pipeline.get().call(RestartsTest::fail)));
        });
        pipeline.set(scene.rules("BrokenException -> restart client"));
        Queue<Callable<Object>> bodies = new ArrayDeque<>(List.of(RestartsTest::fail, () -> "value"));

        assertThat(pipeline.get().<Object>call(() -> bodies.remove().call())).isEqualTo("value");

        assertThat(pings).first().isEqualTo("pong");
        assertThat(pings).last().isInstanceOf(BrokenException.class);
        assertThat(scene.time.paused()).isZero();
    }

    @Test
    void whoBeganBeforeTheRestartGoesInAgainWithoutAnother() {
        Pipeline pipeline = scene.rules("BrokenException -> restart client");
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<String> old = begin(pipeline, slow, "again");
        scene.client.broken = true;
        begin(pipeline);
        endRestart();

        slow.completeExceptionally(new BrokenException());

        assertThat(old).isCompletedWithValue("again");
        assertThat(restarts).isEmpty();
        assertThat(scene.client.restarts).isOne();
    }

    /** A restart is nobody's to lose because it ended while it was being looked for, at whichever reading of the clock. */
    @ParameterizedTest
    @MethodSource("endings")
    void whoeverFailedBeforeItEndsGoesInAgainWheneverThatIs(String pause, int reading) {
        Pipeline pipeline = scene.with("restart-pause", pause).rules("BrokenException -> restart client");
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<String> call = begin(pipeline, slow, "again");
        scene.client.broken = true;
        begin(pipeline);

        readingsLeft = reading;
        slow.completeExceptionally(new BrokenException());
        readingsLeft = 0;
        if (!restarts.isEmpty()) {
            endRestart();
        }

        assertThat(call).isCompletedWithValue("again");
        assertThat(scene.client.restarts).isOne();
    }

    static Stream<Arguments> endings() {
        return Stream.of("0", "30s")
                .flatMap(pause -> IntStream.rangeClosed(1, 20).mapToObj(reading -> Arguments.of(pause, reading)));
    }

    @Test
    void restartsNoSoonerThanThePauseAllows() {
        atOnce = true;
        Pipeline pipeline = scene.with("restart-pause", "30s").rules("BrokenException -> restart client, escalate");
        assertThatThrownBy(() -> pipeline.call(RestartsTest::fail)).isInstanceOf(BrokenException.class);
        assertThat(scene.client.restarts).isOne();

        scene.time.advance(Duration.ofSeconds(29));
        assertThatThrownBy(() -> pipeline.call(RestartsTest::fail)).isInstanceOf(BrokenException.class);
        assertThat(scene.client.restarts).isOne();
        assertThat(scene.events(Escalated.class)).hasSize(2);

        scene.time.advance(SECOND);
        assertThatThrownBy(() -> pipeline.call(RestartsTest::fail)).isInstanceOf(BrokenException.class);
        assertThat(scene.client.restarts).isEqualTo(2);
    }

    @Test
    void aRestartThatFailsLeavesTheFailureAndIsSuppressedInIt() {
        atOnce = true;
        scene.client.broken = true;
        scene.client.refuses = new IllegalStateException("no");
        Pipeline pipeline = scene.rules("BrokenException -> restart client, escalate");

        assertThatThrownBy(() -> pipeline.call(scene.client::get))
                .isInstanceOf(BrokenException.class)
                .hasSuppressedException(scene.client.refuses);
        assertThat(scene.number("failed-restarts")).isOne();
        assertThat(scene.number("in-again-after-restart")).isZero();
        assertThat(scene.events(Escalated.class)).hasSize(1);
        assertThat(scene.events(StateChanged.class))
                .last()
                .extracting(StateChanged::reason)
                .isEqualTo("client couldn't be restarted, java.lang.IllegalStateException");
    }

    @Test
    void nobodyWaitsLongerThanMaxWaitFromItsBeginning() {
        Pipeline pipeline = scene.with("max-wait", "2s").rules("BrokenException -> restart client");
        scene.client.broken = true;
        CompletableFuture<String> first = begin(pipeline);
        scene.time.advance(SECOND);
        CompletableFuture<String> second = begin(pipeline);
        scene.time.advance(SECOND);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        scene.client.broken = false;
        assertThat(begin(pipeline)).isCompletedWithValue("value");
        endRestart();
    }

    @Test
    void nobodyWaitsBeyondHisDeadline() throws Exception {
        Pipeline pipeline = scene.pipeline(
                new Pipeline.Placed(scene.timeout("500ms"), Placement.bare()),
                new Pipeline.Placed(scene.policy("carrier", "BrokenException -> restart client"), Placement.bare()));
        scene.client.broken = true;
        CompletableFuture<String> call = begin(pipeline);

        scene.time.advance(SECOND);

        assertThat(call).isCompletedExceptionally();
        endRestart();
        assertThat(pipeline.<Object>call(scene.client::get)).isEqualTo("value");
    }

    @Test
    void aMethodThatMustNotBeRepeatedRestartsAndFails() {
        Pipeline pipeline = scene.placed("idempotent", false).rules("BrokenException -> restart client");
        scene.client.broken = true;
        CompletableFuture<String> call = begin(pipeline);

        assertThat(call).isCompletedExceptionally();
        endRestart();
        assertThat(begin(pipeline)).isCompletedWithValue("value");
    }

    @Test
    void recoveriesThatNameTheSameShareItsRestarts() {
        Pipeline one = scene.rules("BrokenException -> restart client");
        Pipeline other = scene.pipeline(
                new Pipeline.Placed(scene.policy("other", "BrokenException -> restart"), Placement.bare()));
        scene.client.broken = true;
        CompletableFuture<String> first = begin(one);
        CompletableFuture<String> second = begin(other);
        endRestart();

        assertThat(first).isCompletedWithValue("value");
        assertThat(second).isCompletedWithValue("value");
        assertThat(scene.client.restarts).isOne();
    }

    @Test
    void retriesWhatARetryFurtherInHasGivenUpOnOnceTheWorldIsAnother() throws Throwable {
        atOnce = true;
        Pipeline inner = scene.pipeline(new Pipeline.Placed(scene.retry("1"), Placement.bare()));
        Pipeline outer = scene.rules("BrokenException -> restart client, retry 1");
        Queue<String> results = new ArrayDeque<>(List.of("broken", "broken", "value"));

        Object result = outer.call(() -> inner.call(() -> {
            if (results.remove().equals("broken") && results.size() >= 1) {
                throw new BrokenException();
            }
            return "value";
        }));

        assertThat(result).isEqualTo("value");
        assertThat(scene.number("retries")).isOne();
    }

    @Test
    void failsTheStartWhereNobodyIsCalledSo() {
        assertThatThrownBy(() -> scene.rules("* -> restart clinet"))
                .hasMessageContaining("'clinet' names no Restartable")
                .hasMessageContaining("Did you mean 'client'?");
        scene.lent.clear();
        assertThatThrownBy(() -> new RestartsTest().withoutClient())
                .hasMessageContaining("'restart' names no Restartable, and there is none");
    }

    private void withoutClient() {
        scene.lent.clear();
        scene.rules("* -> restart");
    }

    private CompletableFuture<String> begin(Pipeline pipeline) {
        return pipeline.callAsync(() -> CompletableFuture.completedFuture(scene.client.get()));
    }

    /** A call that ends as the future does, and gives this value if it goes in again. */
    private static CompletableFuture<String> begin(Pipeline pipeline, CompletableFuture<String> first, String then) {
        Queue<CompletionStage<String>> bodies =
                new ArrayDeque<>(List.of(first, CompletableFuture.completedFuture(then)));
        return pipeline.callAsync(bodies::remove);
    }

    private static Object fail() {
        throw new BrokenException();
    }

    private void endRestart() {
        restarts.remove().run();
    }

    private Time clocks() {
        Time time = scene.time.time();
        return new Time(this::nanos, time.pulse(), new Elsewhere(scene.time), time.wall(), time.random());
    }

    /** The exact time; a restart ends at the reading that a test has said. */
    private long nanos() {
        if (readingsLeft > 0 && --readingsLeft == 0) {
            endRestart();
        }
        return scene.time.nanos();
    }

    /** Where bodies have threads of their own. */
    private final class Elsewhere implements Scheduler {
        private final Scheduler scheduler;

        private Elsewhere(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public Executor bodies() {
            return atOnce ? Runnable::run : restarts::add;
        }

        @Override
        public Scheduled schedule(Runnable task, long delayNanos) {
            return scheduler.schedule(task, delayNanos);
        }

        @Override
        public Executor executor() {
            return scheduler.executor();
        }

        @Override
        public void pause(long nanos) throws InterruptedException {
            scheduler.pause(nanos);
        }

        @Override
        public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
            return scheduler.await(signal, withinNanos);
        }
    }
}
