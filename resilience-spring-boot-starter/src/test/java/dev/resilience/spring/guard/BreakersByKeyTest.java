package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A breaker by key on annotated methods of every shape: it opens at the second failure of a host in a row, for 30 s. */
class BreakersByKeyTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    private final Sinks.One<Object> tenant = Sinks.one();

    /** Each calls a method of its shape and waits for what comes. */
    enum Shape {
        PLAIN(Shops::plain),
        STAGE((shops, host) -> shops.stage(host).toCompletableFuture().join()),
        MONO((shops, host) -> shops.mono(host).block()),
        FLUX((shops, host) -> shops.flux(host).blockLast());

        private final BiConsumer<Shops, String> call;

        Shape(BiConsumer<Shops, String> call) {
            this.call = call;
        }

        void of(AssertableApplicationContext context, String host) {
            try {
                call.accept(context.getBean(Shops.class), host);
            } catch (CompletionException wrapped) {
                throw wrapped.getCause() instanceof RuntimeException cause ? cause : wrapped;
            }
        }

        Throwable failure(AssertableApplicationContext context, String host) {
            return catchThrowable(() -> of(context, host));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadHostLeavesTheLivingOnesAlone(Shape shape) {
        application().run(context -> {
            assertThat(shape.failure(context, "dead")).isInstanceOf(UncheckedIOException.class);
            assertThat(shape.failure(context, "dead")).isInstanceOf(UncheckedIOException.class);

            assertThat(shape.failure(context, "dead"))
                    .isInstanceOfSatisfying(CircuitBreakerOpenException.class, refusal -> {
                        assertThat(refusal.key()).isEqualTo("dead");
                        assertThat(refusal.retryAfter()).hasValue(HALF_A_MINUTE);
                    });
            shape.of(context, "alive");
            assertThat(events.stream().filter(StateChanged.class::isInstance))
                    .containsExactly(new StateChanged(
                            "circuit-breakers", "shops", "dead", "CLOSED", "OPEN", "2 failures in a row"));
            assertThat(numbers(context)).containsEntry("keys", 2).containsEntry("open-keys", 1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aHostComesBackByItsOwnProbes(Shape shape) {
        application().run(context -> {
            Shops shops = context.getBean(Shops.class);
            for (String host : List.of("dead", "dead", "dead-too", "dead-too")) {
                shape.failure(context, host);
            }
            time.advance(HALF_A_MINUTE);
            shops.comeBack();

            shape.of(context, "dead");

            assertThat(breaker(context).state()).isEqualTo(CircuitBreakerState.OPEN);
            assertThat(numbers(context)).containsEntry("open-keys", 1);
            shape.of(context, "dead-too");
            assertThat(breaker(context).state()).isEqualTo(CircuitBreakerState.CLOSED);
        });
    }

    @ParameterizedTest
    @EnumSource
    void ordersGoToAllHostsOrToOne(Shape shape) {
        application().run(context -> {
            breaker(context).forceOpen("alive");
            assertThat(shape.failure(context, "alive")).isInstanceOf(CircuitBreakerOpenException.class);
            shape.of(context, "alive-too");
            breaker(context).forceOpen();
            assertThat(shape.failure(context, "alive-too")).isInstanceOf(CircuitBreakerOpenException.class);
            breaker(context).close();
            shape.of(context, "alive");
        });
    }

    @Test
    void aKeyInYamlHoldsForMethodsThatNameNone() {
        application()
                .withPropertyValues("resilience.circuit-breakers.configured.key=#host")
                .run(context -> {
                    Shops shops = context.getBean(Shops.class);
                    assertThatThrownBy(() -> shops.configured("dead")).isInstanceOf(UncheckedIOException.class);
                    assertThatThrownBy(() -> shops.configured("dead")).isInstanceOf(CircuitBreakerOpenException.class);
                    shops.configured("alive");
                });
    }

    @Test
    void aKeyThatDoesNotCompileFailsTheStart() {
        application()
                .withPropertyValues("resilience.circuit-breakers.configured.key=#hots")
                .run(context -> assertThat(context).hasFailed().getFailure().hasMessageContaining("hots"));
    }

    @Test
    void aMissingKeyIsCountedAndSharesOneCircuit() {
        application().run(context -> {
            context.getBean(Shops.class).plain(null);
            assertThat(numbers(context)).containsEntry("missing-keys", 1L).containsEntry("keys", 0);
        });
    }

    /** As principals are, in WebFlux. */
    @Test
    void aKeyThatIsLoadedIsWaitedForAtSubscription() {
        application().run(context -> {
            Mono<String> call = context.getBean(Shops.class).ofTenant("dead");
            StepVerifier.create(call)
                    .then(() -> assertThat(numbers(context)).containsEntry("keys", 0))
                    .then(() -> tenant.tryEmitValue("tenant-1"))
                    .verifyError(UncheckedIOException.class);
            StepVerifier.create(call).verifyError(UncheckedIOException.class);
            StepVerifier.create(call)
                    .verifyErrorSatisfies(refusal -> assertThat(((CircuitBreakerOpenException) refusal).key())
                            .isEqualTo("tenant-1"));
        });
    }

    private ApplicationContextRunner application() {
        return Starters.with(Shops.class)
                .withBean(Time.class, time::time)
                .withBean(ResilienceListener.class, () -> events::add)
                .withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> tenant.asMono())
                .withPropertyValues(
                        "resilience.defaults.circuit-breakers.consecutive-failures=2",
                        "resilience.defaults.circuit-breakers.open-wait-jitter=0",
                        "resilience.defaults.circuit-breakers.probes=1",
                        "resilience.circuit-breakers.configured.consecutive-failures=1");
    }

    private static CircuitBreakerPolicy breaker(AssertableApplicationContext context) {
        return (CircuitBreakerPolicy) instance(context).state();
    }

    private static Map<String, Number> numbers(AssertableApplicationContext context) {
        return instance(context).snapshot().numbers();
    }

    private static PolicyInstance<?, ?> instance(AssertableApplicationContext context) {
        return context.getBean(Resilience.class)
                .policies()
                .find("circuit-breakers", "shops")
                .orElseThrow();
    }

    static class Shops {

        private volatile boolean isDown = true;

        public void comeBack() {
            isDown = false;
        }

        @CircuitBreaker(name = "shops", key = "#host")
        public String plain(String host) {
            return answer(host);
        }

        @CircuitBreaker(name = "shops", key = "#host")
        public CompletionStage<String> stage(String host) {
            try {
                return CompletableFuture.completedFuture(answer(host));
            } catch (UncheckedIOException failed) {
                return CompletableFuture.failedFuture(failed);
            }
        }

        @CircuitBreaker(name = "shops", key = "#host")
        public Mono<String> mono(String host) {
            return Mono.fromCallable(() -> answer(host));
        }

        @CircuitBreaker(name = "shops", key = "#host")
        public Flux<String> flux(String host) {
            return Flux.defer(() -> Flux.just(answer(host), "more"));
        }

        @CircuitBreaker("configured")
        public String configured(String host) {
            return answer(host);
        }

        @CircuitBreaker(name = "shops", key = "@tenants")
        public Mono<String> ofTenant(String host) {
            return Mono.fromCallable(() -> answer(host));
        }

        private String answer(String host) {
            if (isDown && host != null && host.startsWith("dead")) {
                throw new UncheckedIOException(new IOException(host));
            }
            return host;
        }
    }
}
