package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** What is different for a stream: it begins, flows, and may be wanted in portions. */
class FluxRulesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final ScriptedPolicy policy = new ScriptedPolicy();
    private final TestPublisher<Integer> source = TestPublisher.create();

    @AfterEach
    void everythingIsGivenBack() {
        world.assertAtRest();
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void asksForNoMoreThanIsAskedFor() {
        StepVerifier.create(guarded(source.flux()), 0)
                .thenRequest(2)
                .then(() -> source.assertMinRequested(2).next(1, 2))
                .expectNext(1, 2)
                .thenRequest(3)
                .then(() -> source.assertMinRequested(3).next(3).complete())
                .expectNext(3)
                .verifyComplete();
        source.assertNoRequestOverflow();
        assertThat(policy.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void passesTheDemandToTheSecondAttempt() {
        policy.settling(Verdict.tryAgain(SECOND.toNanos()));
        TestPublisher<Integer> second = TestPublisher.create();
        List<Flux<Integer>> attempts = new ArrayList<>(List.of(source.flux(), second.flux()));

        StepVerifier.create(Flux.from(pipeline().flux(() -> attempts.remove(0))), 2)
                .then(() -> source.error(new IllegalStateException()))
                .thenRequest(1)
                .then(() -> time.advance(SECOND))
                .then(() -> second.assertMinRequested(3).next(1, 2, 3).complete())
                .expectNext(1, 2, 3)
                .verifyComplete();
        second.assertNoRequestOverflow();
    }

    @Test
    void triesDivertsAndReplacesNothingAfterTheFirstElement() {
        ScriptedPolicy diverting = new ScriptedPolicy().settling(Verdict.divert((arguments, failure) -> Flux.just(9)));
        ScriptedPolicy replacing = new ScriptedPolicy().settling(Verdict.returning(9));
        policy.settling(Verdict.tryAgain(0));
        Pipeline pipeline = world.pipeline(replacing, diverting, policy);

        StepVerifier.create(pipeline.flux(source::flux))
                .then(() -> source.next(1).error(new IllegalStateException("broken")))
                .expectNext(1)
                .verifyErrorMessage("broken");
        assertThat(policy.story()).isEqualTo("PROCEED FAILURE* TRY_AGAIN");
    }

    @Test
    void letsAPolicyFailTheStreamAfterTheFirstElement() {
        policy.settling(Verdict.fail(new IllegalStateException("too slow")));

        StepVerifier.create(guarded(Flux.just(1, 2))).expectNext(1, 2).verifyErrorMessage("too slow");
    }

    @Test
    void limitsTheTimeToTheFirstElementOnly() {
        policy.admitting(Admission.proceedWithin(SECOND));

        StepVerifier.create(guarded(source.flux()))
                .then(() -> source.next(1))
                .expectNext(1)
                .then(() -> time.advance(Duration.ofHours(1)))
                .then(() -> source.next(2).complete())
                .expectNext(2)
                .verifyComplete();
    }

    @Test
    void armsNothingAnyMoreOnceTheFirstElementIsThere() {
        policy.admitting(Admission.proceedWithin(SECOND));

        StepVerifier.create(guarded(source.flux()))
                .then(() -> assertThat(world.deadlines.armed()).isOne())
                .then(() -> source.next(1))
                .expectNext(1)
                .then(() -> assertThat(world.deadlines.armed()).isZero())
                .then(source::complete)
                .verifyComplete();
    }

    @Test
    void limitsTheWholeStream() {
        policy.admitting(Admission.proceedWhollyWithin(SECOND));

        StepVerifier.create(guarded(source.flux()))
                .then(() -> source.next(1))
                .expectNext(1)
                .then(() -> time.advance(Duration.ofHours(1)))
                .verifyErrorMatches(CallTimedOutException.class::isInstance);
        source.assertCancelled();
        assertThat(policy.story()).isEqualTo("PROCEED_WITHIN EXPIRED*");
    }

    @Test
    void showsPoliciesTheFirstElementForTheValue() {
        List<Object> values = new ArrayList<>();
        Pipeline pipeline = world.pipeline(new Policy() {
            @Override
            public Admission admit(Call call) {
                return Admission.proceed();
            }

            @Override
            public Verdict settle(Call call) {
                values.add(call.outcome() + " " + call.value());
                return Verdict.proceed();
            }
        });

        StepVerifier.create(pipeline.flux(() -> Flux.just(1, 2, 3)))
                .expectNext(1, 2, 3)
                .verifyComplete();
        StepVerifier.create(pipeline.flux(Flux::empty)).verifyComplete();
        StepVerifier.create(pipeline.flux(() -> Flux.concat(Flux.just(4, 5), Flux.never())))
                .expectNext(4, 5)
                .thenCancel()
                .verify();
        StepVerifier.create(pipeline.flux(() -> Flux.concat(Flux.just(6), Flux.error(new IllegalStateException()))))
                .expectNext(6)
                .verifyError();

        assertThat(values).containsExactly("VALUE 1", "VALUE null", "VALUE 4", "FAILURE null");
    }

    @Test
    void takesALeaveAfterAnElementForASuccess() {
        StepVerifier.create(guarded(source.flux()))
                .then(() -> source.next(1))
                .expectNext(1)
                .thenCancel()
                .verify();
        source.assertCancelled();
        assertThat(policy.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void takesALeaveBeforeTheFirstElementForACancellation() {
        StepVerifier.create(guarded(source.flux()))
                .then(source::assertSubscribers)
                .thenCancel()
                .verify();
        source.assertCancelled();
        assertThat(policy.story()).isEqualTo("PROCEED CANCELLED*");
    }

    @Test
    void asksNobodyBeforeItIsSubscribedTo() {
        guarded(source.flux());
        pipeline().mono(() -> Mono.just(1));

        assertThat(policy.story()).isEmpty();
    }

    @Test
    void takesEachSubscriptionForACall() {
        AtomicInteger invocations = new AtomicInteger();
        Flux<Integer> guarded = pipeline().flux(() -> Flux.just(invocations.incrementAndGet()));

        StepVerifier.create(guarded).expectNext(1).verifyComplete();
        StepVerifier.create(guarded).expectNext(2).verifyComplete();
        assertThat(policy.story()).isEqualTo("PROCEED VALUE* PROCEED VALUE*");
    }

    @Test
    void beginsNothingForASubscriberWhoLeavesAtOnce() {
        AtomicInteger invocations = new AtomicInteger();
        Flux<Integer> guarded = pipeline().flux(() -> Flux.just(invocations.incrementAndGet()));

        guarded.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                cancel();
            }
        });

        assertThat(invocations).hasValue(0);
        assertThat(policy.story()).isEmpty();
    }

    @Test
    void givesAReplacementOnlyWhenItIsAskedFor() {
        policy.settling(Verdict.returning(7));

        StepVerifier.create(guarded(Flux.error(new IllegalStateException())), 0)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(1)
                .expectNext(7)
                .verifyComplete();
    }

    @Test
    void givesAReplacementOnceToASubscriberWhoAsksOneByOne() {
        policy.admitting(Admission.returning(7));
        List<String> signals = new ArrayList<>();

        guarded(source.flux()).subscribe(oneByOne(signals));

        assertThat(signals).containsExactly("7", "complete");
    }

    @Test
    void givesAReplacementToNobodyWhoHasLeft() {
        policy.admitting(Admission.returning(7));
        List<String> signals = new ArrayList<>();
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        guarded(source.flux()).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription given) {
                subscription.set(given);
            }

            @Override
            protected void hookOnNext(Integer element) {
                signals.add(String.valueOf(element));
            }
        });

        subscription.get().cancel();
        subscription.get().request(1);

        assertThat(signals).isEmpty();
    }

    @Test
    void letsASynchronousStreamFlowElementByElement() {
        AtomicInteger generated = new AtomicInteger();
        Flux<Integer> endless = Flux.generate(sink -> sink.next(generated.incrementAndGet()));

        StepVerifier.create(guarded(endless).takeUntil(element -> element == 3))
                .expectNext(1, 2, 3)
                .verifyComplete();
        assertThat(generated).hasValue(3);
    }

    @Test
    void letsASynchronousStreamBeCancelledWhileItIsBeingSubscribedTo() {
        Flux<Integer> endless = Flux.generate(sink -> sink.next(1));
        BaseSubscriber<Integer> leaving = new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Integer element) {
                cancel();
            }
        };

        guarded(endless).subscribe(leaving);

        assertThat(policy.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void doesNotOverflowTheStackWhenManyAttemptsFailAtOnce() {
        int attempts = 3_000;
        for (int attempt = 1; attempt < attempts; attempt++) {
            policy.settling(Verdict.tryAgain(0));
        }
        AtomicInteger invocations = new AtomicInteger();
        Flux<Integer> guarded = pipeline()
                .flux(() -> Flux.defer(() -> {
                    invocations.incrementAndGet();
                    return Flux.error(new IllegalStateException("broken"));
                }));

        StepVerifier.create(guarded).verifyErrorMessage("broken");
        assertThat(invocations).hasValue(attempts);
    }

    @Test
    void passesAnElementThatIsAskedForInTheMiddleOfTheOneBefore() {
        List<String> signals = new ArrayList<>();

        guarded(Flux.from(new Recursive(5))).subscribe(oneByOne(signals));

        assertThat(signals).containsExactly("1", "2", "3", "4", "5", "complete");
    }

    @Test
    void holdsASeatUntilASubscriptionThatBlocksIsThrough() {
        policy.admitting(Admission.proceedWithin(SECOND));
        ScriptedPolicy seat = new ScriptedPolicy().held();
        List<String> during = new ArrayList<>();
        Pipeline pipeline = world.pipeline(policy, seat);

        StepVerifier.create(pipeline.mono(() -> Mono.fromCallable(() -> {
                    time.advance(Duration.ofMinutes(1));
                    during.add(policy.story());
                    during.add(seat.story());
                    return 1;
                })))
                .verifyError(CallTimedOutException.class);

        assertThat(during).containsExactly("PROCEED_WITHIN EXPIRED*", "PROCEED");
        assertThat(seat.story()).isEqualTo("PROCEED EXPIRED*");
    }

    @Test
    void refreshesInTheContextOfTheSubscriber() {
        policy.admitting(Admission.returningAndRefreshing(0));
        List<Object> tenants = new ArrayList<>();
        Mono<Object> guarded = pipeline()
                .mono(() -> Mono.deferContextual(context -> {
                    tenants.add(context.getOrDefault("tenant", "nobody"));
                    return Mono.just(1);
                }));

        StepVerifier.create(guarded.contextWrite(context -> context.put("tenant", "acme")))
                .expectNext(0)
                .verifyComplete();

        assertThat(tenants).containsExactly("acme");
    }

    @Test
    void reportsAFailedRefreshToItsPolicyAndToNobodyElse() {
        policy.admitting(Admission.returningAndRefreshing(0));
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            StepVerifier.create(guarded(Flux.error(new IllegalStateException())))
                    .expectNext(0)
                    .verifyComplete();
        } finally {
            Hooks.resetOnErrorDropped();
        }

        assertThat(dropped).isEmpty();
        assertThat(policy.story()).isEqualTo("RETURN FAILURE*");
    }

    private Pipeline pipeline() {
        return world.pipeline(policy);
    }

    private Flux<Integer> guarded(Flux<Integer> stream) {
        return pipeline().flux(() -> stream);
    }

    private static BaseSubscriber<Integer> oneByOne(List<String> signals) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Integer element) {
                signals.add(String.valueOf(element));
                request(1);
            }

            @Override
            protected void hookOnComplete() {
                signals.add("complete");
            }
        };
    }

    /** A publisher that answers every request on its stack, as deep as it goes: allowed, as long as there is a bound. */
    private record Recursive(int elements) implements Publisher<Integer> {

        @Override
        public void subscribe(Subscriber<? super Integer> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                private int next = 1;

                @Override
                public void request(long more) {
                    for (long given = 0; given < more && next <= elements; given++) {
                        subscriber.onNext(next++);
                    }
                    if (next == elements + 1) {
                        next++;
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    next = elements + 2;
                }
            });
        }
    }
}
