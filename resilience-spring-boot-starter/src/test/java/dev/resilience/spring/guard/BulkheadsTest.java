package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.bulkhead.BulkheadFullException.Why;
import dev.resilience.spring.annotation.Bulkhead;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Priorities, keys and an adaptive limit by annotation and YAML, in every shape of call. */
class BulkheadsTest {

    private static final ApplicationContextRunner DESK = Starters.with(Desk.class)
            .withPropertyValues(
                    "resilience.bulkheads.shared.max-concurrent=5",
                    "resilience.bulkheads.tenants.max-concurrent=1",
                    "resilience.bulkheads.tenants.key=#tenant");

    /** Everything the desk offers for one kind of call, in one shape. */
    record Shape(
            String name,
            Function<Desk, Function<CompletableFuture<String>, Object>> low,
            Function<Desk, Function<CompletableFuture<String>, Object>> normal) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                new Shape("stage", desk -> desk::lowStage, desk -> desk::stage),
                new Shape(
                        "mono",
                        desk -> body -> desk.lowMono(body).toFuture(),
                        desk -> body -> desk.mono(body).toFuture()),
                new Shape(
                        "flux",
                        desk -> body -> desk.lowFlux(body).next().toFuture(),
                        desk -> body -> desk.flux(body).next().toFuture()));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theLastFifthIsKeptForTheMoreImportant(Shape shape) {
        DESK.run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> body = new CompletableFuture<>();
            List<CompletableFuture<?>> inside = new ArrayList<>();
            for (int taken = 0; taken < 4; taken++) {
                inside.add((CompletableFuture<?>) shape.low().apply(desk).apply(body));
            }

            CompletableFuture<?> low =
                    (CompletableFuture<?>) shape.low().apply(desk).apply(body);
            inside.add((CompletableFuture<?>) shape.normal().apply(desk).apply(body));
            CompletableFuture<?> normal =
                    (CompletableFuture<?>) shape.normal().apply(desk).apply(body);

            assertThat(why(low)).isEqualTo(Why.KEPT);
            assertThat(why(normal)).isEqualTo(Why.TAKEN);
            assertThat(numbers(context, "shared")).containsEntry("in-use", 5).containsEntry("shed", 1L);
            body.complete("done");
            assertThat(inside).allMatch(CompletableFuture::isDone);
            assertThat(numbers(context, "shared")).containsEntry("in-use", 0);
        });
    }

    @Test
    void aPlainCallIsAsImportantAsItSays() {
        DESK.run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> body = new CompletableFuture<>();
            for (int taken = 0; taken < 4; taken++) {
                desk.stage(body);
            }

            assertThat(whyPlain(() -> desk.plain("x", "low"))).isEqualTo(Why.KEPT);
            assertThat(desk.plain("x", "high")).isEqualTo("x");
            assertThat(desk.plain("x", null)).isEqualTo("x");
        });
    }

    @Test
    void whatIsInsideALowCallIsLow() {
        Starters.with(Desk.class, Batch.class)
                .withPropertyValues("resilience.bulkheads.shared.max-concurrent=5")
                .run(context -> {
                    Desk desk = context.getBean(Desk.class);
                    for (int taken = 0; taken < 4; taken++) {
                        desk.stage(new CompletableFuture<>());
                    }

                    assertThat(whyPlain(() -> context.getBean(Batch.class).nightly()))
                            .isEqualTo(Why.KEPT);
                    assertThat(desk.unsaid()).isEqualTo("done");
                });
    }

    @Test
    void eachKeyHasItsOwnSeats() {
        DESK.run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> body = new CompletableFuture<>();

            CompletableFuture<String> ours = desk.ofTenant("ours", body);
            CompletableFuture<String> theirs = desk.ofTenant("theirs", body);
            CompletableFuture<String> oursAgain = desk.ofTenant("ours", body);

            assertThat(ours).isNotDone();
            assertThat(theirs).isNotDone();
            assertThat(why(oursAgain)).isEqualTo(Why.TAKEN);
            assertThat(numbers(context, "tenants")).containsEntry("keys", 2);
            body.complete("done");
            assertThat(numbers(context, "tenants")).containsEntry("keys", 0);
        });
    }

    @Test
    void anAdaptiveOneShowsItsLimit() {
        Starters.with(Learner.class).run(context -> {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            new dev.resilience.spring.metrics.ResilienceMeters(
                            context.getBean(Resilience.class).policies(), false)
                    .bindTo(meters);
            Learner learner = context.getBean(Learner.class);

            learner.plain();
            learner.mono().block();

            assertThat(numbers(context, "learner"))
                    .containsEntry("limit", 7)
                    .containsEntry("max-concurrent", 200)
                    .containsEntry("in-use", 0);
            assertThat(meters.get("resilience.bulkheads.limit")
                            .tag("name", "learner")
                            .gauge()
                            .value())
                    .isEqualTo(7);
        });
    }

    @Test
    void refusesAKeyOnAnAdaptiveOne() {
        Starters.with(KeyedLearner.class).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .hasMessageContaining("can't go with")
                .hasMessageContaining("too few calls of each key"));
    }

    @Test
    void refusesAPriorityThatMeansNothingWithTheNearestOne() {
        Starters.with(Mistyped.class).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .hasMessageContaining("is no priority and no expression")
                .hasMessageContaining("Did you mean 'normal'?"));
    }

    @Test
    void refusesAnEnumWhoseConstantsAreNoPriorities() {
        Starters.with(OddUrgency.class).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .hasMessageContaining("may be WHENEVER, which is no priority"));
    }

    private static Map<String, Number> numbers(ApplicationContext context, String name) {
        return context.getBean(Resilience.class)
                .policies()
                .find("bulkheads", name)
                .orElseThrow()
                .snapshot()
                .numbers();
    }

    private static Why why(CompletableFuture<?> refused) {
        return refused.handle((value, thrown) -> ((BulkheadFullException) thrown).why())
                .join();
    }

    private static Why whyPlain(Supplier<?> call) {
        try {
            throw new AssertionError("let in: " + call.get());
        } catch (BulkheadFullException refused) {
            return refused.why();
        }
    }

    enum Urgency {
        LOW,
        WHENEVER
    }

    static class Desk {

        @Bulkhead("shared")
        public CompletableFuture<String> stage(CompletableFuture<String> body) {
            return body;
        }

        @Bulkhead(name = "shared", priority = "low")
        public CompletableFuture<String> lowStage(CompletableFuture<String> body) {
            return body;
        }

        @Bulkhead("shared")
        public Mono<String> mono(CompletableFuture<String> body) {
            return Mono.fromFuture(body);
        }

        @Bulkhead(name = "shared", priority = "low")
        public Mono<String> lowMono(CompletableFuture<String> body) {
            return Mono.fromFuture(body);
        }

        @Bulkhead("shared")
        public Flux<String> flux(CompletableFuture<String> body) {
            return Flux.from(Mono.fromFuture(body));
        }

        @Bulkhead(name = "shared", priority = "low")
        public Flux<String> lowFlux(CompletableFuture<String> body) {
            return Flux.from(Mono.fromFuture(body));
        }

        @Bulkhead(name = "shared", priority = "#priority")
        public String plain(String value, String priority) {
            return value;
        }

        @Bulkhead("shared")
        public String unsaid() {
            return "done";
        }

        @Bulkhead("tenants")
        public CompletableFuture<String> ofTenant(String tenant, CompletableFuture<String> body) {
            return body;
        }
    }

    static class Batch {

        private final Desk desk;

        Batch(Desk desk) {
            this.desk = desk;
        }

        @Bulkhead(name = "batch", priority = "-3")
        public String nightly() {
            return desk.unsaid();
        }
    }

    static class Learner {

        @Bulkhead(name = "learner", adaptive = "gradient", initialConcurrent = "7")
        public String plain() {
            return "done";
        }

        @Bulkhead(name = "learner", adaptive = "gradient", initialConcurrent = "7")
        public Mono<String> mono() {
            return Mono.just("done");
        }
    }

    static class KeyedLearner {

        @Bulkhead(adaptive = "aimd", key = "#tenant")
        public String call(String tenant) {
            return tenant;
        }
    }

    static class Mistyped {

        @Bulkhead(priority = "normla")
        public String call() {
            return "never";
        }
    }

    static class OddUrgency {

        @Bulkhead(priority = "#urgency")
        public String call(Urgency urgency) {
            return "never";
        }
    }
}
