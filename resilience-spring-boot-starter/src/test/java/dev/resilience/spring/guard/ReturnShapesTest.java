package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Resilience;
import dev.resilience.Tally.Count;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A bulkhead of one seat shows when a call really ends; a retry shows that the method is invoked anew. */
class ReturnShapesTest {

    @Test
    void aFutureHoldsItsSeatUntilItCompletes() {
        Starters.with(Shapes.class).run(context -> {
            Shapes shapes = context.getBean(Shapes.class);
            CompletableFuture<String> body = new CompletableFuture<>();

            CompletableFuture<String> first = shapes.future(body);

            assertThat(shapes.future(body)).isCompletedExceptionally();
            body.complete("done");
            assertThat(first).isCompletedWithValue("done");
            assertThat(shapes.future(body)).isCompletedWithValue("done");
        });
    }

    @Test
    void aMonoHoldsItsSeatFromSubscriptionToItsEnd() {
        Starters.with(Shapes.class).run(context -> {
            Shapes shapes = context.getBean(Shapes.class);
            Sinks.One<String> body = Sinks.one();
            Mono<String> neverSubscribed = shapes.mono(body.asMono());

            StepVerifier.create(shapes.mono(body.asMono()))
                    .then(() -> StepVerifier.create(shapes.mono(Mono.just("second")))
                            .verifyError(BulkheadFullException.class))
                    .then(() -> body.tryEmitValue("done"))
                    .expectNext("done")
                    .verifyComplete();
            StepVerifier.create(neverSubscribed).expectNext("done").verifyComplete();
        });
    }

    @Test
    void aFluxHoldsItsSeatUntilItIsCancelled() {
        Starters.with(Shapes.class).run(context -> {
            Shapes shapes = context.getBean(Shapes.class);

            StepVerifier.create(shapes.flux(Flux.just(1, 2).concatWith(Flux.never())))
                    .expectNext(1, 2)
                    .then(() -> StepVerifier.create(shapes.flux(Flux.just(3))).verifyError(BulkheadFullException.class))
                    .thenCancel()
                    .verify();
            StepVerifier.create(shapes.flux(Flux.just(3))).expectNext(3).verifyComplete();
        });
    }

    @Test
    void aPublisherIsAStream() {
        Starters.with(Shapes.class).run(context -> StepVerifier.create(
                        context.getBean(Shapes.class).publisher(Flux.just(1, 2)))
                .expectNext(1, 2)
                .verifyComplete());
    }

    @Test
    void aSuspendFunctionIsAMonoAndItsContinuationIsNoArgument() {
        Starters.with(Shapes.class).run(context -> {
            GuardedMethod suspending = context.getBean(Guards.class).methods().stream()
                    .filter(method -> method.operation().equals("Shapes.suspending"))
                    .findFirst()
                    .orElseThrow();
            AtomicInteger calls = new AtomicInteger();

            Object result = invoke(suspending, () -> {
                int attempt = calls.incrementAndGet();
                return attempt < 2 ? Mono.error(new IllegalStateException("not yet")) : Mono.just("resumed");
            });

            StepVerifier.create(Mono.from((Publisher<?>) result).cast(String.class))
                    .expectNext("resumed")
                    .verifyComplete();
            assertThat(suspending.shape()).isEqualTo(CallShape.MONO);
        });
    }

    @Test
    void everySubscriptionInvokesTheMethod() {
        Starters.with(Shapes.class).run(context -> {
            Mono<String> mono = context.getBean(Shapes.class).retried();

            StepVerifier.create(mono).expectNext("attempt 2").verifyComplete();
            StepVerifier.create(mono).expectNext("attempt 3").verifyComplete();
        });
    }

    @Test
    void aStageIsRetriedInAnotherInvocation() {
        Starters.with(Shapes.class)
                .run(context -> assertThat(context.getBean(Shapes.class).retriedStage())
                        .succeedsWithin(java.time.Duration.ofSeconds(5))
                        .isEqualTo("attempt 2"));
    }

    @Test
    void theOutcomeOfEveryShapeIsCounted() {
        Starters.with(Shapes.class).run(context -> {
            context.getBean(Shapes.class).future(CompletableFuture.completedFuture("x"));

            assertThat(successes(context, "Shapes.future")).isEqualTo(1);
        });
    }

    @Test
    void aBareFutureIsRefusedWithTheRemedy() {
        Starters.with(Bare.class).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .hasMessageContaining("Bare.call")
                .hasMessageContaining("Return a CompletableFuture"));
    }

    private static Object invoke(GuardedMethod method, Body body) {
        try {
            return method.invoke(new Object[] {"x", null}, body);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private static long successes(ApplicationContext context, String name) {
        return context.getBean(Resilience.class)
                .policies()
                .find("bulkheads", name)
                .orElseThrow()
                .tally()
                .of(Count.SUCCESS);
    }

    static class Bare {
        @Bulkhead
        public Future<String> call() {
            return new CompletableFuture<>();
        }
    }

    static class Shapes {
        private final AtomicInteger attempts = new AtomicInteger();

        @Bulkhead(maxConcurrent = "1")
        public CompletableFuture<String> future(CompletableFuture<String> body) {
            return body;
        }

        @Bulkhead(maxConcurrent = "1")
        public Mono<String> mono(Mono<String> body) {
            return body;
        }

        @Bulkhead(maxConcurrent = "1")
        public Flux<Integer> flux(Flux<Integer> body) {
            return body;
        }

        @Bulkhead
        public Publisher<Integer> publisher(Publisher<Integer> body) {
            return body;
        }

        @Retryable(delay = "1ms")
        @RateLimited(limits = "9/1s", key = "#what")
        public Object suspending(String what, Continuation<? super String> continuation) {
            throw new UnsupportedOperationException("Spring calls it as Kotlin would, and gives a Mono");
        }

        @Retryable(delay = "1ms")
        public Mono<String> retried() {
            int attempt = attempts.incrementAndGet();
            return attempt < 2 ? Mono.error(new IllegalStateException("not yet")) : Mono.just("attempt " + attempt);
        }

        @Retryable(delay = "1ms")
        public CompletionStage<String> retriedStage() {
            int attempt = attempts.incrementAndGet();
            return attempt < 2
                    ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                    : CompletableFuture.completedFuture("attempt " + attempt);
        }
    }
}
