package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.PolicyRegistry;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The last good value of a method, given by a fallback or by its cache; a stream is not cached. */
class LastGoodTest {

    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    private final ManualTime time = new ManualTime();
    private final AtomicReference<String> caller = new AtomicReference<>();
    private final AtomicInteger asked = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aFallbackGivesTheLastGoodValueBeforeAnythingElse(Shape shape) {
        in(Remembering.class, service -> {
            assertThat(shape.call(service, "a", () -> "good")).isEqualTo("good");
            time.advance(Duration.ofMinutes(2));
            assertThat(shape.call(service, "a", DOWN)).isEqualTo("good");
            assertThat(shape.call(service, "b", DOWN)).isEqualTo("method for b");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aValueThatIsTooOldIsNotGivenAnyMore(Shape shape) {
        in(Remembering.class, service -> {
            shape.call(service, "a", () -> "good");
            time.advance(Duration.ofMinutes(10));
            assertThat(shape.call(service, "a", DOWN)).isEqualTo("good");
            time.advanceNanos(1);
            assertThat(shape.call(service, "a", DOWN)).isEqualTo("method for a");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void anOpenBreakerOutsideOfTheCacheIsCovered(Shape shape) {
        in(BrokenOutside.class, service -> {
            shape.call(service, "a", () -> "good");
            assertThat(shape.call(service, "b", DOWN)).isEqualTo("nothing");
            assertThat(shape.call(service, "a", () -> "never asked")).isEqualTo("good");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void theExpiryOfTheTotalTimeIsCovered(Shape shape) {
        in(Late.class, service -> {
            shape.call(service, "a", () -> "good");
            time.advance(Duration.ofMinutes(2));
            assertThat(shape.call(service, "a", this::late)).isEqualTo("good");
            assertThatThrownBy(() -> shape.call(service, "b", this::late)).isInstanceOf(CallTimedOutException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aCacheGivesItsStaleResultWhileTheBreakerFurtherInIsOpen(Shape shape) {
        in(Stale.class, service -> {
            shape.call(service, "a", () -> "good");
            time.advance(Duration.ofMinutes(2));
            assertThat(shape.call(service, "a", DOWN)).isEqualTo("good");
            assertThat(shape.call(service, "a", () -> "never asked")).isEqualTo("good");
            assertThatThrownBy(() -> shape.call(service, "b")).isInstanceOf(CircuitBreakerOpenException.class);
            time.advance(Duration.ofHours(2));
            assertThatThrownBy(() -> shape.call(service, "a", DOWN)).hasMessage("down");
        });
    }

    @Test
    void whatWasGivenIsCounted() {
        runner(Remembering.class).run(context -> {
            Remembering service = context.getBean(Remembering.class);
            service.plain("a", () -> "good");
            time.advance(Duration.ofMinutes(2));
            service.plain("a", DOWN);
            service.plain("b", DOWN);

            PolicyRegistry policies = context.getBean(PolicyRegistry.class);
            assertThat(policies.find("fallbacks", "quotes")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("last-good", 1L)
                    .containsEntry("replaced", 2L);
            assertThat(policies.find("caches", "quotes")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("stale-served", 1L);
        });
    }

    @Test
    void aCacheThatIsSwitchedOffOrOnlyTriedOutLendsNothing() {
        in(Remembering.class, this::remembersNothing, "resilience.caches.quotes.enabled=false");
        in(Remembering.class, this::remembersNothing, "resilience.caches.quotes.shadow=true");
    }

    private void remembersNothing(Remembering service) {
        service.plain("a", () -> "good");
        assertThat(service.plain("a", DOWN)).isEqualTo("method for a");
    }

    @Test
    void aKeyOfTheCallersThreadIsThatOfTheCallerThoughHeFailsElsewhere() {
        caller.set("ada");
        in(Personal.class, personal -> {
            personal.stage(CompletableFuture.completedFuture("ada's"));
            time.advance(Duration.ofMinutes(2));

            assertThat(failedElsewhere(personal, "bob", "ada")).isCompletedWithValue("nothing");
            assertThat(failedElsewhere(personal, "ada", "bob")).isCompletedWithValue("ada's");
        });
    }

    /** A call that one begins and that fails where another one is at work. */
    private CompletableFuture<String> failedElsewhere(Personal personal, String who, String elsewhere) {
        CompletableFuture<String> body = new CompletableFuture<>();
        caller.set(who);
        CompletableFuture<String> answer = personal.stage(body);
        caller.set(elsewhere);
        body.completeExceptionally(new IllegalStateException("down"));
        return answer;
    }

    @Test
    void aKeyThatIsStillToComeIsWaitedForOnce() {
        caller.set("ada");
        in(Personal.class, personal -> {
            assertThat(personal.mono(Mono.just("ada's")).block()).isEqualTo("ada's");
            time.advance(Duration.ofMinutes(2));
            assertThat(personal.mono(Mono.error(new IllegalStateException("down")))
                            .block())
                    .isEqualTo("ada's");
            assertThat(asked).hasValue(2);
        });
    }

    @Test
    void theAgeCanBeConfigured() {
        in(
                Configured.class,
                service -> {
                    service.plain("a", () -> "good");
                    time.advance(Duration.ofMinutes(3));
                    assertThat(service.plain("a", DOWN)).isEqualTo("good");
                    time.advance(Duration.ofMinutes(3));
                    assertThatThrownBy(() -> service.plain("a", DOWN)).hasMessage("down");
                },
                "resilience.fallbacks.quotes.last-good=5m");
    }

    @Test
    void aPipelineByNameKnowsItAsWell() {
        in(
                Piped.class,
                service -> {
                    service.plain("a", () -> "good");
                    time.advance(Duration.ofMinutes(3));
                    assertThat(service.plain("a", DOWN)).isEqualTo("good");
                },
                "resilience.caches.quotes.key=#key",
                "resilience.pipelines.quotes.fallbacks=quotes",
                "resilience.pipelines.quotes.caches=quotes",
                "resilience.fallbacks.quotes.last-good=5m");
    }

    @Test
    void aFallbackThatWantsItNeedsACache() {
        Starters.with(Forgetful.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("last-good = '10m' (annotation Forgetful#plain)")
                .hasMessageContaining("needs a policy on the same method that keeps its results, and there is none")
                .hasMessageContaining("Put '@Cached' on the method as well"));
    }

    @Test
    void anAgeThatNobodyUnderstandsFailsTheStart() {
        Starters.with(Unreadable.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("last-good = 'soon' (annotation Unreadable#one)")
                .hasMessageContaining("is no duration")
                .hasMessageContaining("last-good = '0' (annotation Unreadable#other)")
                .hasMessageContaining("must be longer than zero. Write for example lastGood = \"10m\""));
    }

    /** A body that takes three seconds, and would have failed. */
    private String late() {
        time.advance(Duration.ofSeconds(3));
        return "too late";
    }

    private <T> void in(Class<T> type, Consumer<T> story, String... properties) {
        runner(type).withPropertyValues(properties).run(context -> story.accept(context.getBean(type)));
    }

    private ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type)
                .withBean(Time.class, time::time)
                .withBean("caller", ResilienceKeyResolver.class, () -> (method, arguments) -> caller.get())
                .withBean("callerLater", ResilienceKeyResolver.class, () -> (method, arguments) -> {
                    asked.incrementAndGet();
                    return Mono.just(caller.get());
                })
                .withPropertyValues(
                        "resilience.caches.quotes.ttl=1m",
                        "resilience.caches.quotes.ttl-jitter=0",
                        "resilience.circuit-breakers.upstream.consecutive-failures=1");
    }

    /** What gives the same in all shapes but a stream, by one key. */
    abstract static class Quotes extends Shaped.Obedient {

        static final String KEY = "#key";

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            throw new UnsupportedOperationException();
        }
    }

    static class Remembering extends Quotes {

        @Override
        @Cached(name = "quotes", key = KEY)
        @Fallback(name = "quotes", lastGood = "10m", method = "instead")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY)
        @Fallback(name = "quotes", lastGood = "10m", method = "instead")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY)
        @Fallback(name = "quotes", lastGood = "10m", method = "instead")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        private String instead(String key, Supplier<String> body) {
            return "method for " + key;
        }
    }

    static class BrokenOutside extends Quotes {

        @Override
        @Resilient(order = {"fallbacks", "circuit-breakers", "caches"})
        @Cached(name = "quotes", key = KEY)
        @CircuitBreaker("upstream")
        @Fallback(lastGood = "10m", returning = "nothing")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Resilient(order = {"fallbacks", "circuit-breakers", "caches"})
        @Cached(name = "quotes", key = KEY)
        @CircuitBreaker("upstream")
        @Fallback(lastGood = "10m", returning = "nothing")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Resilient(order = {"fallbacks", "circuit-breakers", "caches"})
        @Cached(name = "quotes", key = KEY)
        @CircuitBreaker("upstream")
        @Fallback(lastGood = "10m", returning = "nothing")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Late extends Quotes {

        @Override
        @Cached(name = "quotes", key = KEY)
        @Timeout(total = "2s")
        @Fallback(lastGood = "10m")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY)
        @Timeout(total = "2s")
        @Fallback(lastGood = "10m")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY)
        @Timeout(total = "2s")
        @Fallback(lastGood = "10m")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Stale extends Quotes {

        @Override
        @Cached(name = "quotes", key = KEY, staleIfError = "1h")
        @CircuitBreaker("upstream")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY, staleIfError = "1h")
        @CircuitBreaker("upstream")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = KEY, staleIfError = "1h")
        @CircuitBreaker("upstream")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Personal {

        @Cached(ttl = "1m", key = "@caller")
        @Fallback(lastGood = "10m", returning = "nothing")
        public CompletableFuture<String> stage(CompletableFuture<String> body) {
            return body;
        }

        @Cached(ttl = "1m", key = "@callerLater")
        @Fallback(lastGood = "10m", returning = "nothing")
        public Mono<String> mono(Mono<String> body) {
            return body;
        }
    }

    static class Configured {

        @Cached(name = "quotes", key = "#key")
        @Fallback(name = "quotes", lastGood = "10m")
        public String plain(String key, Supplier<String> body) {
            return body.get();
        }
    }

    static class Piped {

        @Resilient("quotes")
        public String plain(String key, Supplier<String> body) {
            return body.get();
        }
    }

    static class Forgetful {

        @Fallback(lastGood = "10m", returning = "nothing")
        public String plain(String key) {
            return key;
        }
    }

    static class Unreadable {

        @Cached("quotes")
        @Fallback(lastGood = "soon")
        public String one(String key) {
            return key;
        }

        @Cached("quotes")
        @Fallback(lastGood = "0")
        public String other(String key) {
            return key;
        }
    }
}
