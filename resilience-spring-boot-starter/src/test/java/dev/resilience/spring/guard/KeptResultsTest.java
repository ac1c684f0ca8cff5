package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.cache.ResultCopier;
import dev.resilience.cache.ResultWeigher;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.spring.metrics.ResilienceMeters;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a cache keeps of a method, and what callers are given of it, whatever the method's type. */
class KeptResultsTest {

    private static final String NEGATIVE = "resilience.caches.quotes.negative-ttl=5s";
    private static final String CHOOSY = "resilience.caches.quotes.cache-null=false";

    private final ManualTime time = new ManualTime();
    private final AtomicInteger loads = new AtomicInteger();
    private final RuntimeException down = new IllegalStateException("down");

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aFailureIsGivenToAllWhoAskMeanwhile(Shape shape) {
        in(
                (quotes, context) -> {
                    for (int ask = 0; ask < 3; ask++) {
                        assertThat(catchThrowable(() -> shape.call(quotes, "a", this::fail)))
                                .isSameAs(down);
                    }
                    assertThat(loads).hasValue(1);
                    assertThat(number(context, "negative-hits")).isEqualTo(2L);

                    time.advance(Duration.ofSeconds(5));
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("2");
                },
                NEGATIVE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void noFailureIsKeptUnlessThatIsWantedAndItIsNamed(Shape shape) {
        BiConsumer<Quotes, ApplicationContext> isAskedAnew = (quotes, context) -> {
            loads.set(0);
            catchThrowable(() -> shape.call(quotes, "a", this::fail));
            assertThat(shape.call(quotes, "a", this::load)).isEqualTo("2");
        };
        in(isAskedAnew);
        in(isAskedAnew, NEGATIVE, "resilience.caches.quotes.negative-on=java.io.IOException");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void anOldResultIsGivenRatherThanAFailureAndNobodyTriesMeanwhile(Shape shape) {
        in(
                (quotes, context) -> {
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("1");
                    time.advance(Duration.ofMinutes(2));
                    assertThat(shape.call(quotes, "a", this::fail)).isEqualTo("1");
                    assertThat(shape.call(quotes, "a", this::fail)).isEqualTo("1");
                    assertThat(loads).hasValue(2);
                    time.advance(Duration.ofSeconds(5));
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("3");
                },
                NEGATIVE,
                "resilience.caches.quotes.stale-if-error=1h");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void thatThereIsNothingIsKeptAndGiven(Shape shape) {
        in((quotes, context) -> {
            assertThat(shape.call(quotes, "a", this::nothing)).isNull();
            assertThat(shape.call(quotes, "a", this::nothing)).isNull();
            assertThat(loads).hasValue(1);
            assertThat(number(context, "hits")).isEqualTo(1L);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void thatThereIsNothingIsKeptAsLongAsAFailureOrNotAtAll(Shape shape) {
        in(
                (quotes, context) -> {
                    shape.call(quotes, "a", this::nothing);
                    time.advance(Duration.ofSeconds(5));
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("2");
                },
                NEGATIVE);
        in(
                (quotes, context) -> {
                    loads.set(0);
                    shape.call(quotes, "a", this::nothing);
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("2");
                },
                CHOOSY);
    }

    @Test
    void anEmptyOptionalIsNothingAsWell() {
        in((quotes, context) -> {
            assertThat(quotes.optional("a", this::nothing)).isEmpty();
            assertThat(quotes.optional("a", this::load)).isEmpty();
        });
        in(
                (quotes, context) -> {
                    assertThat(quotes.optional("a", this::nothing)).isEmpty();
                    assertThat(quotes.optional("a", this::load)).isPresent();
                },
                CHOOSY);
    }

    @Test
    void aMethodThatGivesNothingAtAllCannotBeCached() {
        Starters.with(Void.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("3 problems")
                .hasMessageContaining("(Void.plain)")
                .hasMessageContaining("(Void.stage)")
                .hasMessageContaining("(Void.mono)")
                .hasMessageContaining("the method gives nothing that could be cached"));
    }

    @Test
    void aFailureDoesNotGrowForAsLongAsItIsKept() {
        in(
                (quotes, context) -> {
                    for (int ask = 0; ask < 500; ask++) {
                        catchThrowable(() -> quotes.mono("a", this::failAnew).block());
                    }
                    assertThat(loads.get()).isBetween(2, 10);
                },
                NEGATIVE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void whatARecoveryFallsBackToIsNotKeptAndAnOldResultIsBetter(Shape shape) {
        runner(Recovered.class)
                .withPropertyValues(NEGATIVE, "resilience.caches.quotes.stale-if-error=1h")
                .run(context -> {
                    Recovered quotes = context.getBean(Recovered.class);
                    assertThat(shape.call(quotes, "a", this::fail)).isEqualTo("instead");
                    assertThat(shape.call(quotes, "a", this::load)).isEqualTo("2");
                    time.advance(Duration.ofMinutes(2));
                    assertThat(shape.call(quotes, "a", this::fail)).isEqualTo("2");
                    time.advance(Duration.ofHours(2));
                    assertThat(shape.call(quotes, "a", this::fail)).isEqualTo("instead");
                });
    }

    @Test
    void anOldResultThatAFallbackInsideGivesIsNotKeptAsANewOne() {
        runner(Inside.class).run(context -> {
            Inside quotes = context.getBean(Inside.class);
            assertThat(quotes.quote("a", this::load)).isEqualTo("1");
            time.advance(Duration.ofMinutes(2));
            assertThat(quotes.quote("a", this::fail)).isEqualTo("1");
            assertThat(quotes.quote("a", this::load)).isEqualTo("3");
        });
    }

    @Test
    void whatIsCountedIsMeasuredToo() {
        in(
                (quotes, context) -> {
                    SimpleMeterRegistry meters = new SimpleMeterRegistry();
                    new ResilienceMeters(context.getBean(PolicyRegistry.class), false).bindTo(meters);
                    catchThrowable(() -> quotes.plain("a", this::fail));
                    catchThrowable(() -> quotes.plain("a", this::fail));
                    quotes.plain("b", this::tarry);
                    quotes.plain("b", this::tarry);

                    assertThat(gauge(meters, "negative-hits")).isEqualTo(1);
                    assertThat(gauge(meters, "weight")).isEqualTo(2);
                    assertThat(gauge(meters, "time-saved-seconds")).isEqualTo(2);
                    assertThat(gauge(meters, "hit-rate")).isEqualTo(0.25);
                },
                NEGATIVE);
    }

    private static double gauge(SimpleMeterRegistry meters, String number) {
        return meters.get("resilience.caches." + number)
                .tag("name", "quotes")
                .gauge()
                .value();
    }

    private String tarry() {
        time.advance(Duration.ofSeconds(2));
        return "late";
    }

    @Test
    void resultsAreBoundedByTheirWeight() {
        in(
                (quotes, context) -> {
                    quotes.plain("a", () -> "x".repeat(60));
                    quotes.plain("b", () -> "x".repeat(60));
                    assertThat(number(context, "entries")).isEqualTo(1L);
                    assertThat(number(context, "weight")).isEqualTo(60L);
                },
                "resilience.caches.quotes.max-weight=100",
                "resilience.caches.quotes.weigher=lengths");
    }

    @Test
    void nobodySeesWhatAnotherCallerChanges() {
        runner(Lists.class).run(context -> {
            Lists lists = context.getBean(Lists.class);
            CompletableFuture<List<String>> load = new CompletableFuture<>();
            CompletionStage<List<String>> leader = lists.stage("a", load);
            CompletionStage<List<String>> follower = lists.stage("a", load);
            load.complete(new ArrayList<>(List.of("a")));
            leader.toCompletableFuture().join().add("the leader's");
            follower.toCompletableFuture().join().add("the follower's");

            assertThat(lists.stage("a", load).toCompletableFuture().join()).containsExactly("a");
            lists.mono().block().add("the leader's");
            lists.mono().block().add("somebody's");
            assertThat(lists.mono().block()).containsExactly("a");
            lists.plain().add("the leader's");
            lists.plain().add("somebody's");
            assertThat(lists.plain()).containsExactly("a");
        });
    }

    @Test
    void beansThatAreNotThereFailTheStartTogether() {
        runner(Quotes.class)
                .withPropertyValues(
                        "resilience.caches.quotes.max-weight=100",
                        "resilience.caches.quotes.weigher=length",
                        "resilience.caches.quotes.copier=lengths")
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(ResilienceConfigurationException.class)
                        .hasMessageContaining("resilience.caches.quotes.weigher = 'length'")
                        .hasMessageContaining("names no ResultWeigher")
                        .hasMessageContaining("Did you mean 'lengths'?")
                        .hasMessageContaining("resilience.caches.quotes.copier = 'lengths'")
                        .hasMessageContaining("names no ResultCopier"));
    }

    @Test
    void aFailureThatTheApplicationDoesNotKnowIsAWarning() {
        runner(Quotes.class)
                .withPropertyValues(NEGATIVE, "resilience.caches.quotes.negative-on=java.io.IOExeption")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .satisfies(finding -> {
                            assertThat(finding.code()).isEqualTo("unknown-exception");
                            assertThat(finding.fix()).contains("java.io.IOException");
                        }));
    }

    @Test
    void aWeigherWithoutABoundIsAWarning() {
        runner(Quotes.class)
                .withPropertyValues("resilience.caches.quotes.weigher=lengths")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .extracting(Finding::text)
                        .isEqualTo("It has no effect without 'max-weight'."));
    }

    private String load() {
        return String.valueOf(loads.incrementAndGet());
    }

    private String fail() {
        loads.incrementAndGet();
        throw down;
    }

    private String failAnew() {
        loads.incrementAndGet();
        throw new IllegalStateException("down");
    }

    private @Nullable String nothing() {
        loads.incrementAndGet();
        return null;
    }

    private static Number number(ApplicationContext context, String name) {
        return context.getBean(PolicyRegistry.class)
                .find("caches", "quotes")
                .map(PolicyInstance::snapshot)
                .orElseThrow()
                .numbers()
                .get(name);
    }

    private void in(BiConsumer<Quotes, ApplicationContext> story, String... properties) {
        runner(Quotes.class)
                .withPropertyValues(properties)
                .run(context -> story.accept(context.getBean(Quotes.class), context));
    }

    private ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type)
                .withBean(Time.class, time::time)
                .withBean("lengths", ResultWeigher.class, () -> result -> ((String) result).length())
                .withBean("lists", ResultCopier.class, () -> result -> new ArrayList<>((List<?>) result))
                .withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.caches.quotes.ttl-jitter=0");
    }

    static class Quotes extends Shaped.Obedient {

        @Override
        @Cached(name = "quotes", key = "#key")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            throw new UnsupportedOperationException();
        }

        @Cached(name = "optionals", key = "#key", cacheNull = "${resilience.caches.quotes.cache-null:true}")
        public Optional<String> optional(String key, Supplier<String> body) {
            return Optional.ofNullable(body.get());
        }
    }

    static class Lists {

        @Cached(copier = "lists", key = "#key")
        public CompletionStage<List<String>> stage(String key, CompletableFuture<List<String>> load) {
            return load;
        }

        @Cached(copier = "lists")
        public Mono<List<String>> mono() {
            return Mono.fromSupplier(() -> new ArrayList<>(List.of("a")));
        }

        @Cached(copier = "lists")
        public List<String> plain() {
            return new ArrayList<>(List.of("a"));
        }
    }

    static class Recovered extends Shaped.Obedient {

        private static final String RULE = "IllegalStateException -> fallback";

        @Override
        @Cached(name = "quotes", key = "#key")
        @Recovery(name = "instead", rules = RULE, fallback = "instead")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        @Recovery(name = "instead", rules = RULE, fallback = "instead")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        @Recovery(name = "instead", rules = RULE, fallback = "instead")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            throw new UnsupportedOperationException();
        }

        String instead(String key, Supplier<String> body) {
            return "instead";
        }
    }

    static class Inside {

        @Resilient(order = {"caches", "fallbacks"})
        @Cached(name = "quotes", key = "#key")
        @Fallback(lastGood = "1h")
        public String quote(String key, Supplier<String> body) {
            return body.get();
        }
    }

    static class Void {

        @Cached
        public void plain() {}

        @Cached
        public CompletionStage<java.lang.Void> stage() {
            return CompletableFuture.completedFuture(null);
        }

        @Cached
        public Mono<java.lang.Void> mono() {
            return Mono.empty();
        }
    }
}
