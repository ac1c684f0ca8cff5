package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Resilience;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.slf4j.MDC;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class DeferredKeysTest {

    private final Sinks.One<Object> answer = Sinks.one();
    private final AtomicInteger asked = new AtomicInteger();

    /** The shapes that can wait; each calls a method limited to one call per key. */
    enum Shape {
        MONO((service, id) -> service.mono(id)),
        FLUX((service, id) -> service.flux(id).singleOrEmpty());

        private final BiFunction<Service, String, Mono<String>> call;

        Shape(BiFunction<Service, String, Mono<String>> call) {
            this.call = call;
        }

        Mono<String> of(AssertableApplicationContext context, String id) {
            return call.apply(context.getBean(Service.class), id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCallBeginsWhenItsKeyIsThere(Shape shape) {
        answering(answer.asMono()).run(context -> {
            StepVerifier.create(shape.of(context, "a"))
                    .then(() -> assertThat(invoked(context)).isZero())
                    .then(() -> answer.tryEmitValue("tenant"))
                    .expectNext("called")
                    .verifyComplete();
            assertThat(permitted(context)).isEqualTo(1);
            StepVerifier.create(shape.of(context, "b")).verifyError(RateLimitedException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aFutureIsWaitedForLikeAMono(Shape shape) {
        CompletableFuture<String> future = new CompletableFuture<>();
        answering(future).run(context -> StepVerifier.create(shape.of(context, "a"))
                .then(() -> future.complete("tenant"))
                .expectNext("called")
                .verifyComplete());
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsThereIsTheKeyItself(Shape shape) {
        answering("tenant").run(context -> {
            StepVerifier.create(shape.of(context, "a")).expectNext("called").verifyComplete();
            StepVerifier.create(shape.of(context, "b")).verifyError(RateLimitedException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyMonoIsANullKey(Shape shape) {
        answering(Mono.empty()).run(context -> {
            StepVerifier.create(shape.of(context, "a")).expectNext("called").verifyComplete();
            assertThat(number(context, "missing-keys")).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatTheResolverFailsWithFailsTheCallAndNothingIsCharged(Shape shape) {
        answering(answer.asMono()).run(context -> {
            StepVerifier.create(shape.of(context, "a"))
                    .then(() -> answer.tryEmitError(new IllegalArgumentException("no such tenant")))
                    .verifyErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("no such tenant")
                            .hasStackTraceContaining("key '@tenants' of Service."));
            assertThat(permitted(context)).isZero();
            assertThat(invoked(context)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesWhileTheKeyIsLookedForIsChargedNothing(Shape shape) {
        answering(answer.asMono()).run(context -> {
            StepVerifier.create(shape.of(context, "a"))
                    .expectSubscription()
                    .thenCancel()
                    .verify();
            answer.tryEmitValue("tenant");
            assertThat(permitted(context)).isZero();
            assertThat(invoked(context)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aStreamOfValuesIsNoKey(Shape shape) {
        answering(Flux.just("a", "b")).run(context -> StepVerifier.create(shape.of(context, "a"))
                .verifyErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("of many values is no key")));
        answering(Mono.just(new int[] {1})).run(context -> StepVerifier.create(shape.of(context, "a"))
                .verifyErrorSatisfies(
                        failure -> assertThat(failure).hasMessageContaining("equals nothing but itself")));
    }

    @Test
    void eachSubscriptionAsksOnceHoweverOftenItIsRetried() {
        answering(Mono.just("tenant")).run(context -> {
            Mono<String> retried = context.getBean(Service.class).retried();

            StepVerifier.create(retried).expectNext("attempt 3").verifyComplete();
            assertThat(asked).hasValue(1);
            StepVerifier.create(retried).expectNext("attempt 4").verifyComplete();
            assertThat(asked).hasValue(2);
        });
    }

    @Test
    void costAndTierAreWaitedForAsWell() {
        answering(Mono.just(3)).run(context -> {
            Mono<String> costly = context.getBean(Service.class).costly();

            StepVerifier.create(costly).expectNext("called").verifyComplete();
            StepVerifier.create(costly).verifyError(RateLimitedException.class);
            assertThat(asked).hasValue(2);
        });
        answering(Mono.just("big")).run(context -> {
            Flux<String> tiered = context.getBean(Service.class).tiered();

            StepVerifier.create(tiered).expectNext("called").verifyComplete();
            StepVerifier.create(tiered).expectNext("called").verifyComplete();
            StepVerifier.create(tiered).verifyError(RateLimitedException.class);
        });
    }

    @Test
    void aSuspendFunctionWaitsToo() {
        answering(answer.asMono()).run(context -> {
            GuardedMethod suspending = context.getBean(Guards.class).methods().stream()
                    .filter(method -> method.operation().equals("Service.suspending"))
                    .findFirst()
                    .orElseThrow();

            StepVerifier.create(Mono.from(invoke(suspending)).cast(String.class))
                    .then(() -> answer.tryEmitValue("tenant"))
                    .expectNext("resumed")
                    .verifyComplete();
        });
    }

    @Test
    void whoCannotWaitIsTold() {
        answering(Mono.just("tenant")).run(context -> {
            Service service = context.getBean(Service.class);

            assertThatThrownBy(service::plain)
                    .hasMessageContaining("key '@tenants' of Service.plain is a MonoJust")
                    .hasMessageContaining("only a method that returns a publisher");
            assertThat(service.staged()).failsWithin(java.time.Duration.ZERO);
            assertThat(permitted(context)).isZero();
        });
    }

    @Test
    void principalAndRolesMayBeLoadedLater() {
        Sinks.One<SecurityContext> loaded = Sinks.one();
        Context subscription = Context.of(SecurityContext.class, loaded.asMono());
        answering("nobody").run(context -> {
            Mono<String> call = context.getBean(Service.class).caller().contextWrite(subscription);

            StepVerifier.create(call)
                    .then(() -> loaded.tryEmitValue(new SecurityContextImpl(new TestingAuthenticationToken(
                            "ada", "password", AuthorityUtils.createAuthorityList("ROLE_ADMIN")))))
                    .expectNext("called")
                    .verifyComplete();
            StepVerifier.create(call).expectNext("called").verifyComplete();
            StepVerifier.create(call).verifyErrorSatisfies(refusal -> assertThat(((RateLimitedException) refusal).key())
                    .isEqualTo("ada"));
        });
    }

    @Test
    void whoIsNotLoggedInIsAnonymousInASubscriptionToo() {
        answering("nobody").run(context -> {
            Mono<String> call = context.getBean(Service.class)
                    .caller()
                    .contextWrite(Context.of(SecurityContext.class, Mono.<SecurityContext>empty()));

            StepVerifier.create(call).expectNext("called").verifyComplete();
            StepVerifier.create(call).verifyError(RateLimitedException.class);
        });
    }

    @Test
    void theContextOfTheCallerSurvivesTheWait() {
        answering(answer.asMono()).run(context -> {
            MDC.put("request", "r-1");
            CompletableFuture<String> called =
                    context.getBean(Service.class).logged().toFuture();
            MDC.clear();

            answer.tryEmitValue("tenant");

            assertThat(called).isCompletedWithValue("r-1");
        });
    }

    @Test
    void aPolicyThatIsSwitchedOffAsksNobody() {
        answering(Mono.never())
                .withPropertyValues("resilience.rate-limiters.tenants.enabled=false")
                .run(context -> StepVerifier.create(
                                context.getBean(Service.class).mono("a"))
                        .expectNext("called")
                        .verifyComplete());
        assertThat(asked).hasValue(0);
    }

    private ApplicationContextRunner answering(Object resolved) {
        ResilienceKeyResolver tenants = (method, arguments) -> {
            asked.incrementAndGet();
            return resolved;
        };
        return Starters.with(Service.class).withBean("tenants", ResilienceKeyResolver.class, () -> tenants);
    }

    private static Publisher<?> invoke(GuardedMethod method) {
        try {
            return (Publisher<?>) method.invoke(new Object[] {null}, () -> Mono.just("resumed"));
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private static int invoked(AssertableApplicationContext context) {
        return context.getBean(Service.class).invoked();
    }

    private static long permitted(AssertableApplicationContext context) {
        return number(context, "permitted");
    }

    private static long number(AssertableApplicationContext context, String name) {
        return context.getBean(Resilience.class)
                .policies()
                .find("rate-limiters", "tenants")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    static class Service {
        private final AtomicInteger invoked = new AtomicInteger();
        private final AtomicInteger attempts = new AtomicInteger();

        public int invoked() {
            return invoked.get();
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public Mono<String> mono(String id) {
            invoked.incrementAndGet();
            return Mono.just("called");
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public Flux<String> flux(String id) {
            invoked.incrementAndGet();
            return Flux.just("called");
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public String plain() {
            return "called";
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public CompletionStage<String> staged() {
            return CompletableFuture.completedFuture("called");
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public Object suspending(Continuation<? super String> continuation) {
            throw new UnsupportedOperationException("Spring calls it as Kotlin would, and gives a Mono");
        }

        @RateLimited(name = "tenants", limits = "1/1m", key = "@tenants")
        public Mono<String> logged() {
            return Mono.just(String.valueOf(MDC.get("request")));
        }

        @Retryable(delay = "0ms", maxAttempts = "3")
        @RateLimited(limits = "9/1m", key = "@tenants")
        public Mono<String> retried() {
            int attempt = attempts.incrementAndGet();
            return attempt < 3 ? Mono.error(new IllegalStateException("not yet")) : Mono.just("attempt " + attempt);
        }

        @RateLimited(limits = "5/1m", cost = "@tenants")
        public Mono<String> costly() {
            return Mono.just("called");
        }

        @RateLimited(
                limits = "1/1m",
                tier = "@tenants",
                tiers = {"big: 2/1m"})
        public Flux<String> tiered() {
            return Flux.fromIterable(List.of("called"));
        }

        @RateLimited(
                limits = "5/1m",
                key = "principal",
                tier = "role",
                tiers = {"admin: 2/1m", "anonymous: 1/1m"})
        public Mono<String> caller() {
            return Mono.just("called");
        }
    }
}
