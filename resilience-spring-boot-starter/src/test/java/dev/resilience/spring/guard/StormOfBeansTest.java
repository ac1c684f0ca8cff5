package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Three annotated beans, one behind the other, each of which tries three times and hides why it failed, before a dependency
 * that is down for a minute: it is reached by at most 1.2 calls for each that callers make, in every shape.
 */
class StormOfBeansTest {

    private static final Duration BETWEEN_CALLS = Duration.ofMillis(20);
    private static final Duration DOWN = Duration.ofSeconds(12);
    private static final Duration HEALED = Duration.ofSeconds(72);
    private static final Duration SETTLED = HEALED.plusSeconds(5);
    private static final Duration END = Duration.ofSeconds(92);

    private final ManualTime time = new ManualTime();
    private final long origin = time.nanos();
    private int offered;
    private int reached;
    private int answered;
    private int served;

    /** How callers ask. */
    enum Shape {
        PLAIN,
        STAGE,
        MONO,
        FLUX
    }

    static Stream<Arguments> storms() {
        return Stream.of(Shape.values())
                .flatMap(shape -> Stream.of(Bare.class, Broken.class).map(innermost -> Arguments.of(shape, innermost)));
    }

    @ParameterizedTest
    @MethodSource("storms")
    void aDeadDependencyIsNotMultiplied(Shape shape, Class<? extends Layer> innermost) {
        application(innermost).run(context -> {
            rage(shape, context, END);

            assertThat(offered).as("calls while down").isGreaterThan(1_000);
            assertThat((double) reached / offered).as("amplification").isLessThanOrEqualTo(1.2);
            assertThat(answered).as("calls from five seconds after healing").isGreaterThan(500);
            assertThat((double) served / answered).as("success after healing").isGreaterThanOrEqualTo(0.99);
        });
    }

    /** A proof that can't fail proves nothing. */
    @Test
    void withoutBudgetsItIs() {
        application(Bare.class)
                .withPropertyValues("resilience.defaults.retries.budget=false")
                .run(context -> {
                    rage(Shape.STAGE, context, DOWN.plusSeconds(10));

                    assertThat((double) reached / offered).isGreaterThan(15);
                });
    }

    private ApplicationContextRunner application(Class<? extends Layer> innermost) {
        return Starters.with(Edge.class, Middle.class, innermost)
                .withBean(Time.class, time::time)
                .withBean(Dependency.class, () -> new Dependency(this::request))
                .withPropertyValues(
                        "resilience.defaults.retries.budget-floor=0",
                        "resilience.circuit-breakers.upstream.open-wait=2s",
                        "resilience.circuit-breakers.upstream.open-wait-multiplier=1");
    }

    private void rage(Shape shape, ApplicationContext context, Duration until) {
        Edge edge = context.getBean(Edge.class);
        while (now().compareTo(until) < 0) {
            Duration begun = now();
            offered += isDown(begun) || isPaying(shape, begun) ? 1 : 0;
            reached += isPaying(shape, begun) ? 1 : 0;
            switch (shape) {
                case PLAIN -> plain(edge, begun);
                case STAGE -> edge.stage().whenComplete((value, failure) -> answered(begun, failure == null));
                case MONO -> edge.mono().subscribe(value -> answered(begun, true), failure -> answered(begun, false));
                case FLUX -> edge.flux().subscribe(value -> answered(begun, true), failure -> answered(begun, false));
            }
            time.advance(BETWEEN_CALLS);
        }
    }

    private void plain(Edge edge, Duration begun) {
        try {
            edge.plain();
            answered(begun, true);
        } catch (Exception failed) {
            answered(begun, false);
        }
    }

    private void answered(Duration begun, boolean good) {
        if (begun.compareTo(SETTLED) >= 0) {
            answered++;
            served += good ? 1 : 0;
        }
    }

    private String request() throws Exception {
        Duration now = now();
        if (isDown(now)) {
            reached++;
            throw new Refused();
        }
        return "served";
    }

    private static boolean isDown(Duration at) {
        return at.compareTo(DOWN) >= 0 && at.compareTo(HEALED) < 0;
    }

    /** A caller who waits for his answers calls less often while they fail, and retries are still paid for by the calls before. */
    private static boolean isPaying(Shape shape, Duration at) {
        return shape == Shape.PLAIN && at.compareTo(DOWN) < 0 && at.compareTo(DOWN.minusSeconds(10)) >= 0;
    }

    private Duration now() {
        return Duration.ofNanos(time.nanos() - origin);
    }

    /** Many are thrown, so they have no traces. */
    private static final class Refused extends ConnectException {
        private static final long serialVersionUID = 1L;

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** It doesn't say why. */
    private static final class Hidden extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Hidden() {
            super("the layer inside failed", null, true, false);
        }
    }

    /** One layer calls the next, and tells nobody why that failed. */
    abstract static class Layer {

        public String plain() {
            try {
                return inside();
            } catch (Exception hidden) {
                throw failure();
            }
        }

        public CompletableFuture<String> stage() {
            return insideLater().exceptionallyCompose(hidden -> CompletableFuture.failedFuture(failure()));
        }

        public Mono<String> mono() {
            return insideMono().onErrorMap(hidden -> failure());
        }

        public Flux<String> flux() {
            return insideFlux().onErrorMap(hidden -> failure());
        }

        abstract String inside() throws Exception;

        abstract CompletableFuture<String> insideLater();

        abstract Mono<String> insideMono();

        abstract Flux<String> insideFlux();

        private static RuntimeException failure() {
            return new Hidden();
        }
    }

    /** One that calls another layer. */
    abstract static class Outer extends Layer {
        private final Layer inside;

        Outer(Layer inside) {
            this.inside = inside;
        }

        @Override
        String inside() {
            return inside.plain();
        }

        @Override
        CompletableFuture<String> insideLater() {
            return inside.stage();
        }

        @Override
        Mono<String> insideMono() {
            return inside.mono();
        }

        @Override
        Flux<String> insideFlux() {
            return inside.flux();
        }
    }

    @Retryable("edge")
    static class Edge extends Outer {
        Edge(Middle inside) {
            super(inside);
        }
    }

    @Retryable("middle")
    static class Middle extends Outer {
        Middle(Inner inside) {
            super(inside);
        }
    }

    /** The dependency itself. */
    record Dependency(Callable<String> request) {}

    /** One that calls the dependency. */
    abstract static class Inner extends Layer {
        private final Dependency dependency;

        Inner(Dependency dependency) {
            this.dependency = dependency;
        }

        @Override
        String inside() throws Exception {
            return dependency.request().call();
        }

        @Override
        CompletableFuture<String> insideLater() {
            return insideMono().toFuture();
        }

        @Override
        Mono<String> insideMono() {
            return Mono.fromCallable(dependency.request());
        }

        @Override
        Flux<String> insideFlux() {
            return insideMono().flux();
        }
    }

    @Retryable("inner")
    static class Bare extends Inner {
        Bare(Dependency dependency) {
            super(dependency);
        }
    }

    @Retryable("inner")
    @CircuitBreaker("upstream")
    static class Broken extends Inner {
        Broken(Dependency dependency) {
            super(dependency);
        }
    }
}
