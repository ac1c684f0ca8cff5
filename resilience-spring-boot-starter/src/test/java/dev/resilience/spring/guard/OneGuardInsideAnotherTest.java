package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.PolicyRegistry;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Beans that call guarded beans: deadlines and priorities that go along, in every shape. */
class OneGuardInsideAnotherTest {

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void nothingIsBegunInsideWhenTheTimeOutsideIsOver(Shape shape) {
        in(context -> {
            Outer outer = context.getBean(Outer.class);
            Inner inner = context.getBean(Inner.class);
            List<Throwable> seen = new ArrayList<>();

            assertThatThrownBy(() -> shape.call(outer, "a", () -> {
                        time.advance(Duration.ofSeconds(3));
                        seen.add(catchThrowableOfType(CallTimedOutException.class, () -> shape.call(inner, "b")));
                        return "late";
                    }))
                    .isInstanceOfSatisfying(CallTimedOutException.class, late -> assertThat(late.name())
                            .isEqualTo("outer"));
            assertThat(seen).singleElement().isInstanceOfSatisfying(CallTimedOutException.class, late -> assertThat(
                            late.name())
                    .isEqualTo("outer"));
            assertThat(number(context, "rate-limiters", "permitted")).isZero();
            assertThat(number(context, "circuit-breakers", "calls-in-window")).isZero();
            assertThat(number(context, "bulkheads", "in-use")).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void theBodyKnowsTheShorterOfItsDeadlines(Shape shape) {
        in(context -> {
            Outer outer = context.getBean(Outer.class);
            Inner inner = context.getBean(Inner.class);
            List<Duration> left = new ArrayList<>();
            Supplier<String> body = () -> {
                left.add(CallDeadline.current().remaining());
                return "b";
            };

            shape.call(outer, "a", () -> shape.call(inner, "b", body));
            shape.call(outer, "a", () -> {
                time.advance(Duration.ofMillis(1500));
                return shape.call(inner, "b", body);
            });

            assertThat(left).containsExactly(Duration.ofSeconds(1), Duration.ofMillis(500));
            assertThat(CallDeadline.current()).isNull();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCalledInsideIsAsImportantAsWhatIsAround(Shape shape) {
        in(context -> {
            Desk desk = context.getBean(Desk.class);
            Nightly nightly = context.getBean(Nightly.class);
            CompletableFuture<String> hold = new CompletableFuture<>();
            for (int seat = 0; seat < 4; seat++) {
                desk.held(hold);
            }

            BulkheadFullException refused = catchThrowableOfType(
                    BulkheadFullException.class, () -> shape.call(nightly, "batch", () -> shape.call(desk, "inside")));
            assertThat(refused.why()).isEqualTo(BulkheadFullException.Why.KEPT);
            assertThat(refused.priority()).isEqualTo(-1);
            assertThat(shape.call(desk, "by itself")).isEqualTo("by itself");
        });
    }

    /** The thread that goes on knows nothing; the Reactor context does. */
    @Test
    void aPriorityTravelsWithTheReactorContext() {
        in(context -> {
            Desk desk = context.getBean(Desk.class);
            Sinks.One<String> later = Sinks.one();
            CompletableFuture<String> hold = new CompletableFuture<>();
            for (int seat = 0; seat < 4; seat++) {
                desk.held(hold);
            }

            CompletableFuture<String> batch = context.getBean(Nightly.class)
                    .reactive(later.asMono().flatMap(text -> desk.mono(text, () -> text)))
                    .toFuture();
            later.tryEmitValue("late");

            assertThat(batch)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(BulkheadFullException.class, full -> assertThat(full.priority())
                            .isEqualTo(-1));
        });
    }

    @Test
    void aDeadlineTravelsWithTheReactorContext() {
        in(context -> {
            Sinks.One<String> later = Sinks.one();
            Inner inner = context.getBean(Inner.class);
            List<Object> left = new ArrayList<>();
            CompletableFuture<String> called = context.getBean(Nightly.class)
                    .bounded(later.asMono()
                            .flatMapMany(text -> inner.flux(text, () -> text))
                            .flatMap(text -> Mono.deferContextual(view -> {
                                left.add(CallDeadline.of(view).remaining());
                                return Mono.just(text);
                            })))
                    .next()
                    .toFuture();
            time.advance(Duration.ofMillis(1200));
            later.tryEmitValue("x");

            assertThat(called).isCompletedWithValue("x");
            assertThat(left).containsExactly(Duration.ofMillis(800));
        });
    }

    private static double number(ApplicationContext context, String kind, String name) {
        return context.getBean(PolicyRegistry.class)
                .find(kind, "inner")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .doubleValue();
    }

    private void in(Consumer<ApplicationContext> story) {
        Starters.with(Outer.class, Inner.class, Desk.class, Nightly.class)
                .withBean(Time.class, time::time)
                .withPropertyValues("resilience.bulkheads.desk.max-concurrent=5")
                .run(story::accept);
    }

    @Timeout(name = "outer", total = "2s")
    static class Outer extends Shaped.Obedient {}

    @RateLimited(name = "inner", limits = "9/1m")
    @CircuitBreaker("inner")
    @Timeout(name = "inner", timeout = "1s")
    @Bulkhead("inner")
    static class Inner extends Shaped.Obedient {}

    @Bulkhead("desk")
    static class Desk extends Shaped.Obedient {

        public CompletableFuture<String> held(CompletableFuture<String> until) {
            return until;
        }
    }

    @Bulkhead(name = "nightly", priority = "low")
    static class Nightly extends Shaped.Obedient {

        public Mono<String> reactive(Mono<String> work) {
            return work;
        }

        @Timeout(total = "2s")
        public Flux<String> bounded(Flux<String> work) {
            return work;
        }
    }
}
