package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Invalidations that could never drop anything, and such as seem so until the bean with the cache is made. */
class MistakenInvalidationsTest {

    @Test
    void aCacheThatIsNotThere() {
        refuses(
                MistypedCache.class,
                "resilience.cache-invalidations.qoutes.name = 'qoutes' (annotation MistypedCache#write): there is no cache"
                        + " 'qoutes' whose results could be dropped. Did you mean 'quotes'?");
    }

    static class MistypedCache {
        @CacheInvalidate(name = "qoutes", key = "#symbol")
        public void write(String symbol) {}
    }

    @Test
    void noCacheIsNamed() {
        refuses(
                NoCache.class,
                "there is no cache 'NoCache.write' whose results could be dropped. Name the cache, as in name = \"quotes\"");
    }

    static class NoCache {
        @CacheInvalidate(key = "#symbol")
        public void write(String symbol) {}
    }

    @Test
    void nothingIsMeant() {
        refuses(
                NoSelector.class,
                "(annotation NoSelector#write): it isn't said which results of the cache are dropped. Write one of key ="
                        + " \"#symbol\", prefix = \"#shop\", operation = \"quote\", or say 'all'");
    }

    static class NoSelector {
        @CacheInvalidate("quotes")
        public void write(String symbol) {}
    }

    @Test
    void twoThingsAreMeant() {
        refuses(
                TwoSelectors.class,
                "resilience.cache-invalidations.quotes.key = '#symbol' (annotation TwoSelectors#write): stands beside 'all',"
                        + " and an invalidation goes by one of them. Keep one of the two");
    }

    static class TwoSelectors {
        @CacheInvalidate(name = "quotes", key = "#symbol", all = true)
        public void write(String symbol) {}
    }

    @Test
    void aKeyThatDoesNotCompile() {
        refuses(MistypedKey.class, "'write' has no parameter 'symbal'. Did you mean '#symbol'?");
    }

    static class MistypedKey {
        @CacheInvalidate(name = "quotes", key = "#symbal")
        public void write(String symbol) {}
    }

    @Test
    void aPrefixOfACacheWithoutKeys() {
        refuses(
                PrefixOfNothing.class,
                "resilience.cache-invalidations[Reader.other].prefix = '#symbol' (annotation PrefixOfNothing#write): no method"
                        + " gives the cache 'Reader.other' a key, and only explicit keys have a beginning");
    }

    static class PrefixOfNothing {
        @CacheInvalidate(name = "Reader.other", prefix = "#symbol")
        public void write(String symbol) {}
    }

    @Test
    void aKeyOfACacheThatGoesByTwoParameters() {
        refuses(
                KeyOfTwo.class,
                "no method gives the cache 'Reader.two' a key or has one parameter, so no result is found by it. Give '@Cached'"
                        + " the same key, or drop 'all'");
    }

    static class KeyOfTwo {
        @CacheInvalidate(name = "Reader.two", key = "#symbol")
        public void write(String symbol) {}
    }

    @Test
    void anOperationThatIsNotThere() {
        refuses(
                MistypedOperation.class,
                "operation = 'Reader.qoute' (annotation MistypedOperation#write): no operation of the cache 'quotes' is called"
                        + " so. Did you mean 'Reader.quote'?");
    }

    static class MistypedOperation {
        @CacheInvalidate(name = "quotes", operation = "Reader.qoute")
        public void write(String symbol) {}
    }

    @Test
    void theWordsOfYamlAreCheckedAsWell() {
        Starters.with(Reader.class, NoSelector.class)
                .withPropertyValues(
                        "resilience.cache-invalidations.quotes.all=true",
                        "resilience.cache-invalidations.quotes.key=#symbol")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("stands beside all, and an invalidation goes by one of them"));
    }

    private static void refuses(Class<?> writer, String message) {
        Starters.with(Reader.class, writer).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining(message));
    }

    static class Reader {
        private final AtomicInteger loads = new AtomicInteger();

        @Cached(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            return symbol + loads.incrementAndGet();
        }

        @Cached
        public String other(String symbol) {
            return symbol;
        }

        @Cached
        public String two(String symbol, int size) {
            return symbol + size;
        }
    }

    @Test
    void theOrderInWhichBeansAreMadeDoesNotMatter() {
        for (Class<?> beans : new Class<?>[] {WriterFirst.class, ReaderFirst.class}) {
            Starters.with(beans).run(context -> {
                Quotes quotes = context.getBean(Quotes.class);
                assertThat(quotes.quote("a")).isEqualTo("a1");
                context.getBean(Writing.class).write("a");
                assertThat(quotes.quote("a")).isEqualTo("a2");
            });
        }
    }

    @Test
    void aCacheOfABeanThatIsMadeLaterIsFoundWhenItIsThere() {
        Starters.with(LazyReader.class).run(context -> {
            assertThat(context.getBean(GuardReport.class).findings())
                    .anySatisfy(finding -> assertThat(finding.toString())
                            .contains("there is no cache 'quotes'")
                            .contains("made later"));
            context.getBean(Writing.class).write("a");
            Quotes quotes = context.getBean(Quotes.class);
            assertThat(quotes.quote("a")).isEqualTo("a1");
            context.getBean(Writing.class).write("a");
            assertThat(quotes.quote("a")).isEqualTo("a2");
        });
    }

    /** What hides the class behind it until it is made. */
    interface Quotes {
        String quote(String symbol);
    }

    interface Writing {
        void write(String symbol);
    }

    static class Hidden extends Reader implements Quotes {
        @Override
        @Cached(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            return super.quote(symbol);
        }
    }

    static class Writer implements Writing {
        @Override
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public void write(String symbol) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class WriterFirst {

        @Bean
        Writing writer() {
            return new Writer();
        }

        @Bean
        Quotes reader(Writing madeBefore) {
            return new Hidden();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ReaderFirst {

        @Bean
        Quotes reader() {
            return new Hidden();
        }

        @Bean
        Writing writer(Quotes madeBefore) {
            return new Writer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyReader {

        @Bean
        Writing writer() {
            return new Writer();
        }

        @Bean
        @Lazy
        Quotes reader() {
            return new Hidden();
        }
    }
}
