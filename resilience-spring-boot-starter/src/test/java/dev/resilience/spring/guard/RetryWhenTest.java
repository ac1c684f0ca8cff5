package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Retries of results, through the surface. */
class RetryWhenTest {

    private static final Order PENDING = new Order("PENDING");
    private static final Order DONE = new Order("DONE");

    private final ManualTime time = new ManualTime();

    /** Results that can be replaced: all but those of streams. */
    enum Shape {
        PLAIN,
        STAGE,
        MONO;

        /** What it gives, a minute later. */
        Object call(Orders orders, ManualTime time) throws Exception {
            CompletableFuture<Object> given =
                    switch (this) {
                        case PLAIN -> CompletableFuture.completedFuture(orders.plain());
                        case STAGE -> orders.stage().toCompletableFuture();
                        case MONO -> orders.mono().toFuture();
                    };
            time.advance(Duration.ofMinutes(1));
            return given.getNow("nothing yet");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnnotationMaySayWhatIsNotGoodEnough(Shape shape) {
        retrying(Annotated.class).run(context -> {
            Orders orders = orders(context, PENDING, PENDING, DONE);

            assertThat(shape.call(orders, time)).isEqualTo(DONE);
            assertThat(orders.ends()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void theLastResultGoesOutAsItIs(Shape shape) {
        retrying(Orders.class, "retry-when=#result.status == 'PENDING'", "max-attempts=2")
                .run(context -> {
                    Orders orders = orders(context, PENDING, new Order("PENDING"), DONE);

                    assertThat(shape.call(orders, time)).isEqualTo(PENDING);
                    assertThat(orders.ends()).containsExactly(DONE);
                });
    }

    @ParameterizedTest
    @EnumSource
    void aBeanMaySayIt(Shape shape) {
        retrying(Orders.class, "retry-when=@pending").run(context -> {
            assertThat(shape.call(orders(context, PENDING, DONE), time)).isEqualTo(DONE);
            assertThat(shape.call(orders(context, new IOException("down"), DONE), time))
                    .as("other rules still hold")
                    .isEqualTo(DONE);
        });
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsTriedAgainByItsStatus(Shape shape) {
        retrying(Orders.class).run(context -> {
            ResponseEntity<?> unavailable = ResponseEntity.status(503).build();
            ResponseEntity<?> absent = ResponseEntity.notFound().build();

            assertThat(shape.call(orders(context, unavailable, ResponseEntity.ok("well")), time))
                    .isEqualTo(ResponseEntity.ok("well"));
            assertThat(shape.call(orders(context, absent, DONE), time)).isEqualTo(absent);
        });
    }

    @Test
    void theWaitThatAnAnswerAsksForIsObeyedToTheNanosecond() {
        retrying(Orders.class).run(context -> {
            ResponseEntity<?> busy =
                    ResponseEntity.status(429).header("Retry-After", "7").build();
            CompletableFuture<Object> given =
                    orders(context, busy, DONE).stage().toCompletableFuture();

            time.advanceNanos(Duration.ofSeconds(7).toNanos() - 1);
            assertThat(given).isNotDone();
            time.advanceNanos(1);
            assertThat(given).isCompletedWithValue(DONE);
        });
    }

    @Test
    void aStreamSaysSo() {
        retrying(Orders.class, "retry-when=#result.status == 'PENDING'").run(context -> {
            Orders orders = orders(context, PENDING, DONE);

            assertThat(orders.flux().collectList().toFuture()).isCompletedWithValue(List.of(PENDING));
            assertThat(context.getBean(Findings.class).all()).singleElement().satisfies(finding -> {
                assertThat(finding.code()).isEqualTo("streamed-result");
                assertThat(finding.where()).isEqualTo("Orders.flux");
                assertThat(finding.text())
                        .isEqualTo(
                                "The retry-when of the retry 'orders' asks for '#result', but when a Flux has a result"
                                        + " its first element is out, and nothing can be tried again.");
            });
        });
    }

    @Test
    void aStreamMayAskForFailures() {
        retrying(Orders.class, "retry-when=#failure.message == 'quota'", "retry-on=java.lang.LinkageError")
                .run(context -> {
                    Orders orders = orders(context, new IOException("quota"), DONE);

                    CompletableFuture<List<Object>> given =
                            orders.flux().collectList().toFuture();
                    time.advance(Duration.ofMinutes(1));
                    assertThat(given).isCompletedWithValue(List.of(DONE));
                    assertThat(context.getBean(Findings.class).all()).isEmpty();
                });
    }

    @Test
    void whatIsNoRuleFailsTheStart() {
        retrying(Orders.class, "retry-when=@pendin").run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("resilience.retries.orders.retry-when = '@pendin' (test): names no bean.")
                .hasMessageContaining("Did you mean '@pending'?"));
    }

    @Test
    void aRuleThatThrowsLeavesTheCallAlone() {
        retrying(Orders.class, "retry-when=@broken").run(context -> {
            assertThat(Shape.PLAIN.call(orders(context, PENDING), time)).isEqualTo(PENDING);
            assertThat(context.getBean(dev.resilience.PolicyRegistry.class)
                            .find("retries", "orders")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("broken-rules", 1L);
        });
    }

    private ApplicationContextRunner retrying(Class<?> service, String... knobs) {
        return Starters.with(service, Rules.class)
                .withBean(Time.class, time::time)
                .withPropertyValues("resilience.retries.orders.jitter=none")
                .withPropertyValues(Arrays.stream(knobs)
                        .map(knob -> "resilience.retries.orders." + knob)
                        .toArray(String[]::new));
    }

    private static Orders orders(ApplicationContext context, Object... ends) {
        Orders orders = context.getBean(Orders.class);
        orders.ends().addAll(Arrays.asList(ends));
        return orders;
    }

    record Order(String status) {}

    @Retryable("orders")
    static class Orders {
        private final Deque<Object> ends = new ArrayDeque<>();

        Deque<Object> ends() {
            return ends;
        }

        public Object plain() throws Exception {
            return next(ends);
        }

        public CompletionStage<Object> stage() {
            try {
                return CompletableFuture.completedFuture(next(ends));
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }

        public Mono<Object> mono() {
            return Mono.fromCallable(() -> next(ends));
        }

        public Flux<Object> flux() {
            return Mono.fromCallable(() -> next(ends)).flux();
        }

        static Object next(Deque<Object> ends) throws Exception {
            Object end = ends.remove();
            if (end instanceof Exception failure) {
                throw failure;
            }
            return end;
        }
    }

    @Retryable(name = "orders", retryWhen = "#result.status == 'PENDING'")
    static class Annotated extends Orders {}

    @Configuration(proxyBeanMethods = false)
    static class Rules {

        @Bean
        Predicate<Order> pending() {
            return order -> order.equals(PENDING);
        }

        @Bean
        OutcomeRule broken() {
            return (result, failure) -> {
                throw new IllegalStateException("broken");
            };
        }
    }
}
