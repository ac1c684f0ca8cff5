package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.guard.Someone.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/** Results that belong to who asks, in every shape that gives one. */
class VaryByTest {

    private static final Someone ADA = Someone.called("ada", "ROLE_SELLER", "ROLE_VIEWER");
    private static final Someone BOB = Someone.called("bob", "ROLE_VIEWER", "ROLE_SELLER");
    private static final Supplier<String> NEVER_ASKED = () -> "never asked";
    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    private final ManualTime time = new ManualTime();
    private final AtomicReference<String> tenant = new AtomicReference<>();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void forgetTheCaller() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @EnumSource
    void everyoneIsGivenHisOwn(Shape shape) {
        in(ByPrincipal.class, service -> {
            assertThat(shape.call(ADA, service, "a", () -> "ada's a")).isEqualTo("ada's a");
            assertThat(shape.call(BOB, service, "a", () -> "bob's a")).isEqualTo("bob's a");
            assertThat(shape.call(ADA, service, "b", () -> "ada's b")).isEqualTo("ada's b");

            assertThat(shape.call(ADA, service, "a", NEVER_ASKED)).isEqualTo("ada's a");
            assertThat(shape.call(BOB, service, "a", NEVER_ASKED)).isEqualTo("bob's a");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNotLoggedInPassesByTheCacheAndIsCounted(Shape shape) {
        runner(ByPrincipal.class).run(context -> {
            ByPrincipal service = context.getBean(ByPrincipal.class);
            shape.call(Someone.called("anonymousUser"), service, "a", () -> "of a user called so");

            assertThat(shape.call(Someone.ANONYMOUS, service, "a", () -> "one")).isEqualTo("one");
            assertThat(shape.call(Someone.ANONYMOUS, service, "a", () -> "two")).isEqualTo("two");
            assertThat(shape.call(Someone.UNKNOWN, service, "a", () -> "three")).isEqualTo("three");

            assertThat(context.getBean(PolicyRegistry.class)
                            .find("caches", "quotes")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("passed-by", 3L)
                    .containsEntry("loads", 1L);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsStaleIsGivenToWhoHadItAndToNobodyElse(Shape shape) {
        in(ByPrincipal.class, service -> {
            shape.call(ADA, service, "a", () -> "ada's a");
            time.advance(Duration.ofMinutes(2));

            assertThatThrownBy(() -> shape.call(BOB, service, "a", DOWN)).hasMessage("down");
            assertThat(shape.call(ADA, service, "a", DOWN)).isEqualTo("ada's a");
        });
    }

    @ParameterizedTest
    @EnumSource
    void severalThingsTellResultsApartEachInItsPlace(Shape shape) {
        in(ByTenantAndPrincipal.class, service -> {
            ofTenant("x", () -> shape.call(ADA, service, "a", () -> "ada's of x"));
            ofTenant("y", () -> shape.call(ADA, service, "a", () -> "ada's of y"));
            ofTenant("ada", () -> shape.call(Someone.called("x"), service, "a", () -> "x's of ada"));

            assertThat(ofTenant("x", () -> shape.call(ADA, service, "a", NEVER_ASKED)))
                    .isEqualTo("ada's of x");
            assertThat(ofTenant("y", () -> shape.call(ADA, service, "a", NEVER_ASKED)))
                    .isEqualTo("ada's of y");
            assertThat(ofTenant("x", () -> shape.call(BOB, service, "a", () -> "bob's of x")))
                    .isEqualTo("bob's of x");
            assertThat(ofTenant(null, () -> shape.call(ADA, service, "a", () -> "passes")))
                    .isEqualTo("passes");
        });
    }

    private String ofTenant(String name, Supplier<String> call) {
        tenant.set(name);
        return call.get();
    }

    @Test
    void whatIsStillToComeIsWaitedForOnce() {
        in(ByLaterTenant.class, service -> {
            tenant.set("x");
            assertThat(service.mono("a", () -> "x's").block()).isEqualTo("x's");
            tenant.set("y");
            assertThat(service.mono("a", () -> "y's").block()).isEqualTo("y's");
            tenant.set("x");
            assertThat(service.mono("a", DOWN).block()).isEqualTo("x's");
            assertThat(asked).hasValue(3);
        });
    }

    @Test
    void aMonoIsTheCallOfWhoSubscribesAndNotOfWhoMadeIt() {
        in(ByPrincipal.class, service -> {
            Mono<String> made = ADA.does(() -> service.mono("a", () -> "the subscriber's"));
            BOB.seenBy(made).block();

            assertThat(Shape.MONO.call(ADA, service, "a", () -> "ada's")).isEqualTo("ada's");
            assertThat(Shape.MONO.call(BOB, service, "a", NEVER_ASKED)).isEqualTo("the subscriber's");
        });
    }

    @ParameterizedTest
    @EnumSource
    void thoseOfTheSameRolesShareInWhateverOrderTheyHaveThem(Shape shape) {
        in(ByRole.class, service -> {
            shape.call(ADA, service, "a", () -> "of sellers who view");

            assertThat(shape.call(BOB, service, "a", NEVER_ASKED)).isEqualTo("of sellers who view");
            assertThat(shape.call(Someone.called("eve", "ROLE_SELLER"), service, "a", () -> "of sellers"))
                    .isEqualTo("of sellers");
            assertThat(shape.call(Someone.called("eve", "ROLE_anonymous"), service, "a", () -> "of a role called so"))
                    .isEqualTo("of a role called so");
            assertThat(shape.call(Someone.ANONYMOUS, service, "a", () -> "of nobody"))
                    .isEqualTo("of nobody");
            assertThat(shape.call(Someone.UNKNOWN, service, "a", NEVER_ASKED)).isEqualTo("of nobody");
        });
    }

    @Test
    void parametersTellCallsApartAsBefore() {
        in(ByParameters.class, service -> {
            ADA.does(() -> service.trend("a", 1));
            assertThat(ADA.<Integer>does(() -> service.trend("a", 1))).isEqualTo(1);
            assertThat(ADA.<Integer>does(() -> service.trend("a", 2))).isEqualTo(2);
            assertThat(BOB.<Integer>does(() -> service.trend("a", 1))).isEqualTo(3);
        });
    }

    @Test
    void configurationMaySayItForAllMethodsOfACache() {
        in(
                Configured.class,
                service -> {
                    ADA.does(() -> service.trend("a"));
                    assertThat(BOB.<Integer>does(() -> service.trend("a"))).isEqualTo(2);
                    tenant.set("y");
                    assertThat(ADA.<Integer>does(() -> service.trend("a"))).isEqualTo(3);
                    tenant.set("x");
                    assertThat(ADA.<Integer>does(() -> service.trend("a"))).isEqualTo(1);
                },
                "resilience.caches.quotes.vary-by=principal, @tenant");
        in(
                Configured.class,
                service -> {
                    ADA.does(() -> service.trend("a"));
                    assertThat(BOB.<Integer>does(() -> service.trend("a"))).isEqualTo(1);
                    tenant.set("y");
                    assertThat(ADA.<Integer>does(() -> service.trend("a"))).isEqualTo(2);
                },
                "resilience.caches.quotes.vary-by[0]=role",
                "resilience.caches.quotes.vary-by[1]=@tenant");
    }

    @Test
    void aPipelineAroundALambdaKnowsBothKeyAndCaller() {
        runner(ByPrincipal.class)
                .withPropertyValues(
                        "resilience.pipelines.ml.caches=quotes", "resilience.caches.quotes.vary-by=principal")
                .run(context -> {
                    Resilience resilience = context.getBean(Resilience.class);
                    assertThatThrownBy(() -> resilience.pipeline("ml").call(() -> "whose?"))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("pipeline.forKey(key)");
                    assertThat(scored(resilience, ADA, "a", "ada's a")).isEqualTo("ada's a");
                    assertThat(scored(resilience, BOB, "a", "bob's a")).isEqualTo("bob's a");
                    assertThat(scored(resilience, ADA, "b", "ada's b")).isEqualTo("ada's b");
                    assertThat(scored(resilience, ADA, "a", "never asked")).isEqualTo("ada's a");
                });
    }

    private static String scored(Resilience resilience, Someone caller, String key, String score) {
        return caller.does(() -> resilience.pipeline("ml").forKey(key).call(() -> score));
    }

    @Test
    void allThatIsWrittenWronglyIsToldAtOnce() {
        runner(Mistyped.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("vary-by = 'principle' (annotation Mistyped#quote)")
                .hasMessageContaining("is no expression. Did you mean 'principal'?")
                .hasMessageContaining(
                        "Write 'role', '#argument', 'principal', 'caller', 'ip', 'header:NAME' or '@resolverBean'")
                .hasMessageContaining("vary-by = '#usr'")
                .hasMessageContaining("has no parameter 'usr'. Did you mean '#user'?")
                .hasMessageContaining("vary-by = 'ip'")
                .hasMessageContaining("is read from a web request, and this is no web application")
                .hasMessageContaining("vary-by = '@tenants'")
                .hasMessageContaining("names no bean. Did you mean '@tenant'?")
                .hasMessageContaining("key = 'given'")
                .hasMessageContaining("is the key that comes with 'Pipeline.forKey', and there is none here"));
    }

    @Test
    void methodsThatShareResultsVaryThemByTheSame() {
        runner(Contradicting.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("resilience.caches.quotes.vary-by")
                .hasMessageContaining("one cache with keys is on methods that vary by different things")
                .hasMessageContaining("Contradicting.byPrincipal by 'principal', Contradicting.byTenant by '@tenant'"));
    }

    private <T> void in(Class<T> type, Consumer<T> story, String... properties) {
        tenant.set("x");
        runner(type).withPropertyValues(properties).run(context -> story.accept(context.getBean(type)));
    }

    private ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type)
                .withBean(Time.class, time::time)
                .withBean("tenant", ResilienceKeyResolver.class, () -> (method, arguments) -> tenant.get())
                .withBean("laterTenant", ResilienceKeyResolver.class, () -> (method, arguments) -> {
                    asked.incrementAndGet();
                    return Mono.justOrEmpty(tenant.get());
                })
                .withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.caches.quotes.ttl-jitter=0");
    }

    static class ByPrincipal extends Shaped.Single {

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal", staleIfError = "1h")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class ByRole extends Shaped.Single {

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "role")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "role")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "role")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class ByTenantAndPrincipal extends Shaped.Single {

        @Override
        @Cached(
                name = "quotes",
                key = "#key",
                varyBy = {"@tenant", "principal"})
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(
                name = "quotes",
                key = "#key",
                varyBy = {"@tenant", "principal"})
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(
                name = "quotes",
                key = "#key",
                varyBy = {"@tenant", "principal"})
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class ByLaterTenant {

        @Cached(name = "quotes", key = "#key", varyBy = "@laterTenant")
        @Fallback(lastGood = "10m", returning = "nothing")
        public Mono<String> mono(String key, Supplier<String> body) {
            return Mono.fromSupplier(body);
        }
    }

    static class ByParameters {
        private int calls;

        @Cached(varyBy = "principal")
        public int trend(String category, int top) {
            return ++calls;
        }
    }

    static class Configured {
        private int calls;

        @Cached("quotes")
        public int trend(String category) {
            return ++calls;
        }
    }

    static class Mistyped {

        @Cached(
                ttl = "1m",
                varyBy = {"principle", "#usr", "ip", "@tenants"})
        public String quote(String user) {
            return user;
        }

        @Cached(ttl = "1m", key = "given")
        public String other(String user) {
            return user;
        }
    }

    static class Contradicting {

        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        public String byPrincipal(String key) {
            return key;
        }

        @Cached(name = "quotes", key = "#key", varyBy = "@tenant")
        public String byTenant(String key) {
            return key;
        }
    }
}
