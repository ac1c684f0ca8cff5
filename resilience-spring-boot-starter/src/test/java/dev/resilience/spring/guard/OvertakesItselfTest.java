package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OvertakesItselfTest {

    @Test
    void aMethodThatDropsWhatItCachesItselfNeverFindsItAndIsAWarning() {
        Starters.with(ByKey.class)
                .withPropertyValues("resilience.caches.quotes.ttl=1m")
                .run(context -> {
                    ByKey quotes = context.getBean(ByKey.class);
                    assertThat(quotes.quote("a")).isEqualTo("a1");
                    assertThat(quotes.quote("a")).isEqualTo("a2");
                    assertThat(context.getBean(Findings.class).all())
                            .containsExactly(Finding.warning(
                                    "overtakes-itself",
                                    "ByKey.quote",
                                    "The cache invalidation 'quotes' drops what the cache 'quotes' would keep of this very"
                                            + " call, so that no call finds anything.",
                                    "Put '@CacheInvalidate' on a method that writes and '@Cached' on one that reads."));
                });
    }

    @ParameterizedTest
    @ValueSource(classes = {ByOnlyParameter.class, ByOperation.class, All.class, Before.class})
    void soIsOneThatSaysItOtherwise(Class<?> quotes) {
        Starters.with(quotes)
                .withPropertyValues("resilience.caches.quotes.ttl=1m")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code)
                        .containsExactly("overtakes-itself"));
    }

    @Test
    void oneThatDropsOtherKeysOrAnotherCacheIsNone() {
        Starters.with(Others.class)
                .withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.caches.reports.ttl=1m")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    static class ByKey {
        private int loads;

        @Cached(name = "quotes", key = "#symbol")
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            return symbol + ++loads;
        }
    }

    static class ByOnlyParameter {
        @Cached("quotes")
        @CacheInvalidate(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            return symbol;
        }
    }

    static class ByOperation {
        @Cached("quotes")
        @CacheInvalidate(name = "quotes", operation = "quote")
        public String quote(String symbol) {
            return symbol;
        }
    }

    static class All {
        @Cached("quotes")
        @CacheInvalidate(name = "quotes", all = true)
        public String quote(String symbol) {
            return symbol;
        }
    }

    static class Before {
        @Cached("quotes")
        @CacheInvalidate(name = "quotes", key = "#symbol", before = true)
        public String quote(String symbol) {
            return symbol;
        }
    }

    static class Others {
        @Cached(name = "quotes", key = "#symbol")
        @CacheInvalidate(name = "quotes", key = "#parent")
        @CacheInvalidate(name = "reports", all = true)
        public String quote(String symbol, String parent) {
            return symbol;
        }

        @Cached("reports")
        public String report() {
            return "";
        }
    }
}
