package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Invalidated;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.InvalidateCache;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.guard.Shaped.Obedient;
import dev.resilience.spring.guard.Shaped.Shape;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AliasFor;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that overtake what others have cached. */
class CacheInvalidationsTest {

    private static final Supplier<String> FAILING = () -> {
        throw new IllegalStateException("refused");
    };

    @ParameterizedTest
    @EnumSource
    void aSuccessDropsTheResultOfTheKeyInEveryShape(Shape shape) {
        in(ByKey.class, (quotes, writer) -> {
            quotes.read("a", "b");

            shape.call(writer, "a");

            assertThat(quotes.read("a", "b")).containsExactly("a2", "b1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aFailureDropsNothing(Shape shape) {
        in(ByKey.class, (quotes, writer) -> {
            quotes.read("a");

            assertThatThrownBy(() -> shape.call(writer, "a", FAILING)).hasMessage("refused");

            assertThat(quotes.read("a")).containsExactly("a1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsDroppedBeforeTheSuccess(Shape shape) {
        in(ByKey.class, (quotes, writer) -> {
            quotes.read("a");

            assertThat(shape.call(writer, "a", () -> quotes.read("a").get(0))).isEqualTo("a1");
            assertThat(quotes.read("a")).containsExactly("a2");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDroppedBeforeIsDroppedThoughTheMethodFails(Shape shape) {
        in(Before.class, (quotes, writer) -> {
            quotes.read("a");
            Supplier<String> body = () -> {
                assertThat(quotes.read("a")).containsExactly("a2");
                return FAILING.get();
            };

            assertThatThrownBy(() -> shape.call(writer, "a", body)).hasMessage("refused");

            assertThat(quotes.read("a")).containsExactly("a2");
        });
    }

    @Test
    void aStreamThatItsReaderLeavesMayHaveWritten() {
        in(ByKey.class, (quotes, writer) -> {
            quotes.read("a");
            Disposable subscription = ((ByKey) writer).endless("a").subscribe();
            assertThat(quotes.read("a")).containsExactly("a1");

            subscription.dispose();

            assertThat(quotes.read("a")).containsExactly("a2");
        });
    }

    @Test
    void aPublisherThatNobodySubscribesToDropsNothing() {
        in(ByKey.class, (quotes, writer) -> {
            quotes.read("a");

            writer.mono("a", () -> "never");

            assertThat(quotes.read("a")).containsExactly("a1");
        });
    }

    @Test
    void aPrefixAnOperationOrAllMayBeMeant() {
        in(ByOtherMeans.class, (quotes, writer) -> {
            quotes.read("shop1/a", "shop1/b", "shop2/a");
            ((ByOtherMeans) writer).shop("shop1");
            assertThat(quotes.read("shop1/a", "shop1/b", "shop2/a"))
                    .containsExactly("shop1/a2", "shop1/b2", "shop2/a1");

            ((ByOtherMeans) writer).operation();
            assertThat(quotes.read("shop1/a", "shop2/a")).containsExactly("shop1/a3", "shop2/a2");

            ((ByOtherMeans) writer).all().block();
            assertThat(quotes.read("shop1/a", "shop2/a")).containsExactly("shop1/a4", "shop2/a3");
        });
    }

    @Test
    void severalMayBeDroppedAtOnceAndAnAnnotationOfOnesOwnMaySaySo() {
        in(ByOtherMeans.class, (quotes, writer) -> {
            quotes.read("a", "b", "c");

            ((ByOtherMeans) writer).move("a", "b");
            assertThat(quotes.read("a", "b", "c")).containsExactly("a2", "b2", "c1");

            ((ByOtherMeans) writer).own("c");
            assertThat(quotes.read("a", "c")).containsExactly("a2", "c2");
        });
    }

    @Test
    void inTheShadowItIsCountedAndSwitchedOffItIsNot() {
        runner(ByKey.class)
                .withPropertyValues("resilience.cache-invalidations.quotes.shadow=true")
                .run(context -> {
                    assertThat(afterWriting(context)).containsExactly("a1");
                    assertThat(numbers(context))
                            .containsEntry("would-invalidate", 1L)
                            .containsEntry("invalidations", 0L);
                });
        runner(ByKey.class)
                .withPropertyValues("resilience.cache-invalidations.quotes.enabled=false")
                .run(context -> {
                    assertThat(afterWriting(context)).containsExactly("a1");
                    assertThat(numbers(context)).containsEntry("would-invalidate", 0L);
                });
    }

    @Test
    void whatIsDroppedIsCountedAndTold() {
        runner(ByKey.class).withUserConfiguration(Ear.class).run(context -> {
            afterWriting(context);

            assertThat(numbers(context)).containsEntry("invalidations", 1L).containsEntry("dropped", 1L);
            assertThat(context.getBean(Ear.class).heard)
                    .containsExactly(new Invalidated("caches", "quotes", "one key", 1, "ByKey.plain"));
            assertThat(context.getBean(PolicyRegistry.class)
                            .find("caches", "quotes")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("invalidations", 1L);
        });
    }

    @Test
    void aStrictApplicationMissesNothing() {
        runner(ByKey.class)
                .withPropertyValues("resilience.strict=true", "resilience.caches.quotes.ttl=1m")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void codeDropsWithoutCasts() {
        runner(ByKey.class).run(context -> {
            Reader quotes = new Reader(context.getBean(Quotes.class));
            Resilience resilience = context.getBean(Resilience.class);
            quotes.read("a", "b");

            assertThat(resilience.cache("quotes").invalidate("a")).isEqualTo(1);
            assertThat(quotes.read("a", "b")).containsExactly("a2", "b1");
            assertThat(resilience.cache("quotes").invalidatePrefix("b")).isEqualTo(1);
            assertThat(resilience.cache("quotes").invalidateOperation("Quotes.quote"))
                    .isEqualTo(1);
            assertThat(resilience.cache("quotes").invalidateAll()).isZero();
            assertThatThrownBy(() -> resilience.cache("quots"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no cache 'quots'; did you mean 'quotes'?");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "prefix", "operation", "all"})
    void anEventDrops(String by) {
        runner(ByKey.class).withUserConfiguration(Ear.class).run(context -> {
            Reader quotes = new Reader(context.getBean(Quotes.class));
            quotes.read("a");

            context.publishEvent(
                    switch (by) {
                        case "key" -> InvalidateCache.key("quotes", "a");
                        case "prefix" -> InvalidateCache.prefix("quotes", "");
                        case "operation" -> InvalidateCache.operation("quotes", "quote");
                        default -> InvalidateCache.all("quotes");
                    });

            assertThat(quotes.read("a")).containsExactly("a2");
            assertThat(context.getBean(Ear.class).heard).singleElement().satisfies(told -> assertThat(told.by())
                    .isEqualTo("the event InvalidateCache"));
        });
    }

    @Test
    void anEventForACacheThatIsNotThereSaysWhichOneIsNear() {
        runner(ByKey.class).run(context -> assertThatThrownBy(() -> context.publishEvent(InvalidateCache.all("quots")))
                .hasMessage("there is no cache 'quots'; did you mean 'quotes'?"));
    }

    @Test
    void anEventDoesNotShowItsKey() {
        assertThat(InvalidateCache.key("quotes", "secret")).asString().doesNotContain("secret");
        assertThat(InvalidateCache.prefix("quotes", "secret")).asString().doesNotContain("secret");
    }

    private static List<String> afterWriting(ApplicationContext context) {
        Reader quotes = new Reader(context.getBean(Quotes.class));
        quotes.read("a");
        context.getBean(ByKey.class).plain("a", () -> "written");
        return quotes.read("a");
    }

    private static Map<String, Number> numbers(ApplicationContext context) {
        return context.getBean(PolicyRegistry.class)
                .find("cache-invalidations", "quotes")
                .orElseThrow()
                .snapshot()
                .numbers();
    }

    private static ApplicationContextRunner runner(Class<?> writer) {
        return Starters.with(Quotes.class, writer);
    }

    private static <W extends Obedient> void in(Class<W> writer, Scene scene) {
        runner(writer).run(context -> scene.play(new Reader(context.getBean(Quotes.class)), context.getBean(writer)));
    }

    /** What happens between the one who reads and the one who writes. */
    private interface Scene {
        void play(Reader quotes, Obedient writer);
    }

    /** Gives each symbol with the number of its load. */
    static class Quotes {
        private final Map<String, Integer> loads = new ConcurrentHashMap<>();

        @Cached(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            return symbol + loads.merge(symbol, 1, Integer::sum);
        }
    }

    /** Reads from outside, where the guard is. */
    private record Reader(Quotes quotes) {

        List<String> read(String... symbols) {
            return Stream.of(symbols).map(quotes::quote).toList();
        }
    }

    @CacheInvalidate(name = "quotes", key = "#key")
    static class ByKey extends Obedient {

        public Flux<String> endless(String key) {
            return Flux.just(key).concatWith(Flux.never());
        }
    }

    @CacheInvalidate(name = "quotes", key = "#key", before = true)
    static class Before extends Obedient {}

    static class ByOtherMeans extends Obedient {

        @CacheInvalidate(name = "quotes", prefix = "#shop + '/'")
        public void shop(String shop) {}

        @CacheInvalidate(name = "quotes", operation = "Quotes.quote")
        public void operation() {}

        @CacheInvalidate(value = "quotes", all = true)
        public Mono<Void> all() {
            return Mono.empty();
        }

        @CacheInvalidate(name = "quotes", key = "#from")
        @CacheInvalidate(name = "quotes", key = "#to")
        public void move(String from, String to) {}

        @Overtakes(key = "#symbol")
        public void own(String symbol) {}
    }

    @Retention(RetentionPolicy.RUNTIME)
    @CacheInvalidate(name = "quotes")
    @interface Overtakes {

        @AliasFor(annotation = CacheInvalidate.class)
        String key();
    }

    /** Hears of what was dropped. */
    static class Ear implements ResilienceListener {
        private final List<Invalidated> heard = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(ResilienceEvent event) {
            if (event instanceof Invalidated dropped) {
                heard.add(dropped);
            }
        }
    }
}
