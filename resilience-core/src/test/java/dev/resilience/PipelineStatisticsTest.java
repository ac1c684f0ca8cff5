package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.failure.Judgement;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class PipelineStatisticsTest {

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void everyCallIsCountedOnceInEveryShape(Shape shape) {
        Pipeline pipeline = retrying();

        shape.call(pipeline, () -> "at once");
        shape.call(pipeline, inTurn(down(), "second time"));
        shape.call(pipeline, inTurn(down(), down()));

        PipelineStatistics statistics = pipeline.statistics();
        assertThat(statistics.executions()).isEqualTo(3);
        assertThat(statistics.successes()).isEqualTo(2);
        assertThat(statistics.failures()).isEqualTo(1);
        assertThat(statistics.recoveries()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsNeverBegunIsNone(Shape shape) {
        Pipeline pipeline = retrying();

        pipeline.mono(Mono::empty);
        pipeline.flux(Flux::empty);
        assertThat(pipeline.statistics().executions()).isZero();

        shape.call(pipeline, () -> "begun");
        assertThat(pipeline.statistics().executions()).isEqualTo(1);
    }

    @Test
    void whatAPolicyRefusesIsNoFailure() throws Exception {
        Pipeline pipeline = with("bulkheads", Map.of("max-concurrent", "1"));

        pipeline.call(() -> catchThrowable(() -> pipeline.run(() -> {})));

        PipelineStatistics statistics = pipeline.statistics();
        assertThat(statistics.successes()).isEqualTo(1);
        assertThat(statistics.rejections()).isEqualTo(1);
        assertThat(statistics.failures()).isZero();
    }

    @Test
    void whatTakesTooLongHasExpired() {
        Pipeline pipeline = with("timeouts", Map.of("timeout", "1s"));

        CompletableFuture<Object> late = pipeline.callAsync(CompletableFuture::new);
        assertThat(pipeline.statistics().executions()).isZero();
        time.advance(Duration.ofSeconds(2));

        assertThat(late).isCompletedExceptionally();
        assertThat(pipeline.statistics().expiries()).isEqualTo(1);
        assertThat(pipeline.statistics().executions()).isEqualTo(1);
    }

    @Test
    void whatItsCallerGivesUpSaysNothingOfTheRest() throws Exception {
        Pipeline pipeline = retrying();

        pipeline.callAsync(CompletableFuture::new).cancel(true);
        pipeline.mono(Mono::never).subscribe().dispose();
        pipeline.call(() -> "ok");

        PipelineStatistics statistics = pipeline.statistics();
        assertThat(statistics.cancellations()).isEqualTo(2);
        assertThat(statistics.executions()).isEqualTo(3);
        assertThat(statistics.successRate()).isEqualTo(100);
    }

    @Test
    void whoLeavesAStreamInTheMiddleHasHadASuccess() {
        Pipeline pipeline = retrying();

        assertThat(pipeline.flux(() -> Flux.just(1, 2, 3)).blockFirst()).isEqualTo(1);

        assertThat(pipeline.statistics().successes()).isEqualTo(1);
        assertThat(pipeline.statistics().cancellations()).isZero();
    }

    @Test
    void aHitOfACacheIsASuccessAndNoRecovery() throws Exception {
        Pipeline pipeline = with("caches", Map.of());

        pipeline.forKey("ACME").call(() -> "loaded");
        pipeline.forKey("ACME").call(() -> "not asked");

        assertThat(pipeline.statistics().successes()).isEqualTo(2);
        assertThat(pipeline.statistics().recoveries()).isZero();
    }

    @Test
    void aBetterResultIsARecoveryAndOneThatStaysBadIsNone() {
        Pipeline pipeline = Resilience.builder()
                .time(time.time())
                .outcomeRule("pending", (result, failure) -> "pending".equals(result) ? Judgement.FAILURE : null)
                .policy("retries", "ml", Map.of("max-attempts", "2", "delay", "0s", "retry-when", "@pending"))
                .pipeline("ml", Map.of("retries", "ml"))
                .build()
                .pipeline("ml");

        Shape.BLOCKING.call(pipeline, inTurn("pending", "done"));
        Shape.BLOCKING.call(pipeline, inTurn("pending", "pending"));

        assertThat(pipeline.statistics().successes()).isEqualTo(2);
        assertThat(pipeline.statistics().recoveries()).isEqualTo(1);
    }

    @Test
    void twoTriesThatRaceAreOneCall() {
        Pipeline pipeline = hedging();
        Queue<CompletableFuture<Object>> tries = new ArrayDeque<>();
        pipeline.callAsync(() -> begun(tries));
        time.advance(Duration.ofSeconds(1));
        assertThat(tries).hasSize(2);

        tries.forEach(each -> each.complete("whoever is first"));

        assertThat(pipeline.statistics().executions()).isEqualTo(1);
        assertThat(pipeline.statistics().successes()).isEqualTo(1);
        assertThat(pipeline.statistics().recoveries()).isZero();
    }

    @Test
    void whatASecondTryCuresIsARecovery() {
        Pipeline pipeline = hedging();
        Queue<CompletableFuture<Object>> tries = new ArrayDeque<>();
        pipeline.callAsync(() -> begun(tries));
        time.advance(Duration.ofSeconds(1));

        tries.remove().completeExceptionally(down());
        tries.remove().complete("the second");

        assertThat(pipeline.statistics().executions()).isEqualTo(1);
        assertThat(pipeline.statistics().recoveries()).isEqualTo(1);
    }

    @Test
    void whatNobodyGuardsIsCountedAsWell() throws Exception {
        Pipeline pipeline = with("bulkheads", Map.of("enabled", "false"));

        pipeline.call(() -> "past it");

        assertThat(pipeline.statistics().executions()).isEqualTo(1);
    }

    @Test
    void theRateOfSuccessIsInPercentAndFullWhileNothingHasHappened() {
        Pipeline pipeline = retrying();
        assertThat(pipeline.statistics().successRate()).isEqualTo(100);

        Shape.BLOCKING.call(pipeline, inTurn(down(), down()));
        assertThat(pipeline.statistics().successRate()).isZero();

        Shape.BLOCKING.call(pipeline, () -> "ok");
        assertThat(pipeline.statistics().successRate()).isEqualTo(50);
    }

    @Test
    void theRateIsShownInHundredthsAndAsFullOnlyIfEveryCallWentWell() {
        assertThat(of(2, 1).numbers()).containsEntry("success-rate", 66.66);
        assertThat(of(99_999, 1).numbers()).containsEntry("success-rate", 99.99);
        assertThat(of(1_429, 8_571).numbers()).containsEntry("success-rate", 14.29);
        assertThat(of(0, 0).numbers()).containsEntry("success-rate", 100.0);
    }

    private static PipelineStatistics of(long successes, long failures) {
        return new PipelineStatistics(successes, 0, failures, 0, 0, 0, List.of());
    }

    @Test
    void tellsOfEachPolicyWhatItHasCounted() {
        Pipeline pipeline = retrying();

        Shape.BLOCKING.call(pipeline, inTurn(down(), "ok"));

        List<PolicyStatistics> policies = pipeline.statistics().policies();
        assertThat(policies).extracting(PolicyStatistics::kind).containsExactly("retries", "circuit-breakers");
        assertThat(policies.get(0).numbers()).containsEntry("succeeded-after-retry", 1L);
        assertThat(policies.get(0).calls()).containsEntry("tried-again", 1L).containsEntry("success", 1L);
        assertThat(policies.get(1).state()).isEqualTo("CLOSED");
        assertThat(policies.get(1).mode()).isEqualTo("enforced");
    }

    @Test
    void theDoorKnowsThePipelinesThatWereAskedFor() {
        Resilience resilience = Resilience.builder()
                .time(time.time())
                .policy("retries", "ml", Map.of())
                .pipeline("ml", Map.of("retries", "ml"))
                .pipeline("hf", Map.of("retries", "ml"))
                .build();
        assertThat(resilience.pipelines()).isEmpty();

        Pipeline pipeline = resilience.pipeline("ml");

        assertThat(resilience.pipelines()).containsExactly(Map.entry("ml", pipeline));
    }

    private Pipeline retrying() {
        return Resilience.builder()
                .time(time.time())
                .policy("retries", "ml", Map.of("max-attempts", "2", "delay", "0s"))
                .policy("circuit-breakers", "ml", Map.of())
                .pipeline("ml", Map.of("retries", "ml", "circuit-breakers", "ml"))
                .build()
                .pipeline("ml");
    }

    private Pipeline with(String kind, Map<String, String> settings) {
        return Resilience.builder()
                .time(time.time())
                .policy(kind, "ml", settings)
                .pipeline("ml", Map.of(kind, "ml"))
                .build()
                .pipeline("ml");
    }

    private Pipeline hedging() {
        return with("retries", Map.of("hedge-after", "1s", "max-attempts", "3"));
    }

    private static CompletableFuture<Object> begun(Queue<CompletableFuture<Object>> tries) {
        CompletableFuture<Object> begun = new CompletableFuture<>();
        tries.add(begun);
        return begun;
    }

    private static Exception down() {
        return new TimeoutException("down");
    }

    /** An operation that does one after the other. */
    private static Callable<String> inTurn(Object... endings) {
        Queue<Object> left = new ArrayDeque<>(Arrays.asList(endings));
        return () -> {
            Object next = left.remove();
            if (next instanceof Exception failure) {
                throw failure;
            }
            return (String) next;
        };
    }

    /** How an operation is called through the door; how it ends is told by the statistics. */
    private enum Shape {
        BLOCKING {
            @Override
            void call(Pipeline pipeline, Callable<String> operation) {
                catchThrowable(() -> pipeline.call(operation));
            }
        },
        STAGE {
            @Override
            void call(Pipeline pipeline, Callable<String> operation) {
                assertThat(pipeline.callAsync(() -> stage(operation))).isDone();
            }
        },
        MONO {
            @Override
            void call(Pipeline pipeline, Callable<String> operation) {
                catchThrowable(
                        () -> pipeline.mono(() -> Mono.fromCallable(operation)).block());
            }
        },
        FLUX {
            @Override
            void call(Pipeline pipeline, Callable<String> operation) {
                catchThrowable(() ->
                        pipeline.flux(() -> Mono.fromCallable(operation).flux()).blockLast());
            }
        };

        abstract void call(Pipeline pipeline, Callable<String> operation);

        private static CompletionStage<String> stage(Callable<String> operation) {
            try {
                return CompletableFuture.completedFuture(operation.call());
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }
    }
}
