package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Tally.Count;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.spring.actuate.PolicyDescription;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.autoconfigure.ResilienceEndpointAutoConfiguration;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A source that is down for a minute behind a breaker, a limiter and a cache, and is asked for every quarter of a second. What
 * it gave last is good for ten seconds, and for some more where it fails: until then nobody notices, afterwards callers get
 * honest errors, and when the source has healed the next call that the breaker lets in brings what is new.
 */
class SourceDownTest {

    private static final Duration STEP = Duration.ofMillis(250);
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration DOWN = Duration.ofSeconds(95);
    private static final Duration HEALED = DOWN.plusSeconds(60);
    private static final Duration OPEN = Duration.ofSeconds(2);
    private static final Duration END = HEALED.plusSeconds(60);
    private static final String ERROR = "error";
    private static final String INSTEAD = "instead";

    private final ManualTime time = new ManualTime();
    private final long origin = time.nanos();
    private final List<Call> calls = new ArrayList<>();
    private int reached;
    private int failed;

    /** When somebody asked, what he got, and whether the source was asked. */
    private record Call(Duration at, String answer, boolean asked) {

        private boolean isGood() {
            return !answer.equals(ERROR) && !answer.equals(INSTEAD);
        }

        private Duration age() {
            return at.minus(Duration.ofNanos(Long.parseLong(answer)));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void nobodyNoticesWhereWhatIsOldMayBeGivenForLongEnough(Shape shape) {
        in(Bare.class, Duration.ofSeconds(60), context -> {
            live(shape, context.getBean(Bare.class));

            assertThat(calls).allMatch(Call::isGood);
            assertThat(calls).allMatch(call -> call.age().compareTo(TTL.plusSeconds(60)) < 0);
            assertFreshSoonAfterHealing();
            assertNumbers(context);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void callersGetHonestErrorsWhenWhatIsOldIsTooOld(Shape shape) {
        Duration allowed = Duration.ofSeconds(20);
        in(Bare.class, allowed, context -> {
            live(shape, context.getBean(Bare.class));

            Duration last = lastLoadBeforeTheOutage();
            for (Call call : calls) {
                boolean tooOld = call.at.compareTo(last.plus(TTL).plus(allowed)) >= 0;
                if (call.at.compareTo(DOWN) >= 0 && call.at.compareTo(HEALED) < 0) {
                    assertThat(call.answer).as("%s", call).isEqualTo(tooOld ? ERROR : "" + last.toNanos());
                }
            }
            assertThat(calls.stream().filter(call -> call.answer.equals(ERROR))).hasSizeGreaterThan(100);
            assertFreshSoonAfterHealing();
            assertNumbers(context);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aGoodOldValueBeatsTheFallbackAndTheFallbackBeatsTheError(Shape shape) {
        Duration allowed = Duration.ofSeconds(20);
        in(Covered.class, allowed, context -> {
            live(shape, context.getBean(Covered.class));

            Duration last = lastLoadBeforeTheOutage();
            assertThat(calls).noneMatch(call -> call.answer.equals(ERROR));
            assertThat(calls).anyMatch(call -> call.answer.equals(INSTEAD));
            assertThat(calls)
                    .filteredOn(call -> call.answer.equals(INSTEAD))
                    .allMatch(call -> call.at.compareTo(last.plus(TTL).plus(allowed)) >= 0);
            assertFreshSoonAfterHealing();
            assertNumbers(context);
        });
    }

    /** To the nanosecond, with a breaker that has long been open. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void itIsGivenUntilTheVeryEndOfItsTimeAndNotAMomentLonger(Shape shape) {
        in(Bare.class, Duration.ofSeconds(20), context -> {
            Bare source = context.getBean(Bare.class);
            assertThat(shape.call(source, "A", () -> "good")).isEqualTo("good");
            time.advance(TTL.minusNanos(1));
            assertThat(shape.call(source, "A", this::unreachable)).isEqualTo("good");
            assertThat(endpoint(context, "caches").numbers()).containsEntry("hits", 1L);
            time.advanceNanos(1);
            for (int call = 0; call < 4; call++) {
                assertThat(shape.call(source, "A", this::down)).isEqualTo("good");
            }
            assertThat(endpoint(context, "circuit-breakers").state()).isEqualTo("OPEN");
            time.advance(Duration.ofSeconds(1));
            assertThat(shape.call(source, "A", this::unreachable)).isEqualTo("good");

            time.advance(Duration.ofSeconds(18));
            assertThat(shape.call(source, "A", this::down)).isEqualTo("good");
            time.advance(Duration.ofSeconds(1).minusNanos(1));
            assertThat(shape.call(source, "A", this::unreachable)).isEqualTo("good");
            time.advanceNanos(1);
            assertThat(ending(shape, source, "A", this::unreachable)).isInstanceOf(CircuitBreakerOpenException.class);
        });
    }

    /** A limit that lets three calls in each second lets any number hit, and an open breaker as well. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void hitsAskNothingOfLimiterAndBreaker(Shape shape) {
        in(Bare.class, Duration.ofSeconds(20), context -> {
            Bare source = context.getBean(Bare.class);
            shape.call(source, "A", () -> "good");
            for (int call = 0; call < 3; call++) {
                assertThat(ending(shape, source, "B", this::down)).isInstanceOf(IllegalStateException.class);
            }
            assertThat(endpoint(context, "circuit-breakers").state()).isEqualTo("OPEN");
            Map<String, Number> before = endpoint(context, "rate-limiters").numbers();
            Map<String, Number> breaker = endpoint(context, "circuit-breakers").calls();

            for (int call = 0; call < 1_000; call++) {
                assertThat(shape.call(source, "A", this::unreachable)).isEqualTo("good");
            }

            assertThat(endpoint(context, "rate-limiters").numbers()).isEqualTo(before);
            assertThat(endpoint(context, "circuit-breakers").calls()).isEqualTo(breaker);
            assertThat(endpoint(context, "caches").calls()).containsEntry(Count.ANSWERED.word(), 1_000L);
        });
    }

    /** A limit for everybody that is used up is no fault of the caller. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aUsedUpLimitOfEverybodyIsCovered(Shape shape) {
        in(Bare.class, Duration.ofSeconds(20), context -> {
            Bare source = context.getBean(Bare.class);
            shape.call(source, "A", () -> "good");
            time.advance(TTL);
            for (int call = 0; call < 5; call++) {
                shape.call(source, "fresh " + call, () -> "other");
            }

            assertThat(shape.call(source, "A", this::unreachable)).isEqualTo("good");
            assertThat(endpoint(context, "caches").numbers()).containsEntry("stale-served", 1L);
        });
    }

    private void live(Shape shape, Shaped source) {
        for (Duration now = now(); now.compareTo(END) < 0; now = now()) {
            int before = reached;
            Object answer = ending(shape, source, "A", this::quote);
            calls.add(new Call(now, answer instanceof String text ? text : ERROR, reached > before));
            time.advance(STEP);
        }
    }

    private static Object ending(Shape shape, Shaped source, String key, Supplier<String> body) {
        try {
            return String.valueOf(shape.call(source, key, body));
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }

    /** It tells when it was asked. */
    private String quote() {
        reached++;
        if (now().compareTo(DOWN) >= 0 && now().compareTo(HEALED) < 0) {
            failed++;
            throw new IllegalStateException("down");
        }
        return "" + now().toNanos();
    }

    private String down() {
        throw new IllegalStateException("down");
    }

    private String unreachable() {
        throw new AssertionError("the source was asked");
    }

    private Duration lastLoadBeforeTheOutage() {
        return calls.stream()
                .filter(call -> call.asked && call.at.compareTo(DOWN) < 0)
                .reduce((first, second) -> second)
                .orElseThrow()
                .at;
    }

    /** The breaker lets a probe in when its open wait is over; that one brings what is new, and so it stays. */
    private void assertFreshSoonAfterHealing() {
        Call first = calls.stream()
                .filter(call -> call.asked && call.at.compareTo(HEALED) >= 0)
                .findFirst()
                .orElseThrow();
        assertThat(first.at).isLessThanOrEqualTo(HEALED.plus(OPEN));
        assertThat(first.age()).isZero();
        assertThat(calls)
                .filteredOn(call -> call.at.compareTo(first.at) >= 0)
                .allMatch(call -> call.isGood() && call.age().compareTo(TTL) < 0);
        assertThat(failed).as("asked in vain").isBetween(3, 3 + (int) (60 / OPEN.toSeconds()));
    }

    private void assertNumbers(ApplicationContext context) {
        Map<String, Number> cache = endpoint(context, "caches").numbers();
        long stale = calls.stream()
                .filter(call -> call.isGood() && call.age().compareTo(TTL) >= 0)
                .count();
        long hits = calls.stream()
                .filter(call -> call.isGood() && !call.asked && call.age().compareTo(TTL) < 0)
                .count();
        assertThat(cache)
                .containsEntry("hits", hits)
                .containsEntry("misses", calls.size() - hits)
                .containsEntry("stale-served", stale)
                .containsEntry("loads", (long) reached - failed)
                .containsEntry("load-failures", (long) failed)
                .containsEntry("evictions", 0L);
        assertThat(cache.get("hit-rate").doubleValue())
                .isBetween(hits / (double) calls.size() - 0.001, hits / (double) calls.size() + 0.001);
        assertThat(endpoint(context, "rate-limiters").numbers()).containsEntry("permitted", (long) reached);
    }

    private Duration now() {
        return Duration.ofNanos(time.nanos() - origin);
    }

    private static PolicyDescription endpoint(ApplicationContext context, String kind) {
        return (PolicyDescription) context.getBean(ResilienceEndpoint.class).part(kind, "quotes");
    }

    private void in(Class<?> type, Duration stale, Story story) {
        Starters.with(type)
                .withConfiguration(AutoConfigurations.of(ResilienceEndpointAutoConfiguration.class))
                .withBean(Time.class, time::time)
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=*",
                        "resilience.caches.quotes.ttl=10s",
                        "resilience.caches.quotes.ttl-jitter=0",
                        "resilience.caches.quotes.stale-if-error=" + stale.toSeconds() + "s",
                        "resilience.circuit-breakers.quotes.consecutive-failures=3",
                        "resilience.circuit-breakers.quotes.open-wait=" + OPEN.toSeconds() + "s",
                        "resilience.circuit-breakers.quotes.open-wait-multiplier=1",
                        "resilience.circuit-breakers.quotes.open-wait-jitter=0",
                        "resilience.circuit-breakers.quotes.probes=1",
                        "resilience.rate-limiters.quotes.limits=5/1s")
                .run(context -> story.tell(context));
    }

    private interface Story {
        void tell(ApplicationContext context);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Cached(name = "quotes", key = "#key")
    @CircuitBreaker("quotes")
    @RateLimited("quotes")
    @interface Guarded {}

    static class Bare extends Shaped.Obedient {

        @Override
        @Guarded
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Guarded
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Guarded
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            throw new UnsupportedOperationException("no stream is cached");
        }
    }

    static class Covered extends Bare {

        @Override
        @Guarded
        @Fallback(name = "quotes", returning = INSTEAD)
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Guarded
        @Fallback(name = "quotes", returning = INSTEAD)
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Guarded
        @Fallback(name = "quotes", returning = INSTEAD)
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }
}
