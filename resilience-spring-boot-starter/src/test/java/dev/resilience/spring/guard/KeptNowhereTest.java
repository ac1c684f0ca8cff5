package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeptNowhereTest {

    private final ApplicationContextRunner runner =
            Starters.with(Quotes.class).withPropertyValues("resilience.fallbacks.quotes.on=java.io.IOException");

    @Test
    void theLastGoodValueOfACacheThatKeepsNothingIsAWarning() {
        runner.withPropertyValues("resilience.caches.quotes.ttl=0", "resilience.fallbacks.quotes.last-good=10m")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .singleElement()
                        .isEqualTo(Finding.warning(
                                "kept-nowhere",
                                "Quotes.quote",
                                "'last-good' of the fallback 'quotes' has no effect here: the cache 'quotes' keeps no"
                                        + " results, because its ttl is 0.",
                                "Give the cache 'quotes' a ttl, or leave 'last-good' out.")));
    }

    @Test
    void soAreStaleResultsOfAnOperationThatIsNotCached() {
        runner.withPropertyValues(
                        "resilience.caches.quotes.ttl=1m",
                        "resilience.caches.quotes.ttls.quote=0",
                        "resilience.caches.quotes.stale-if-error=1h")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::text)
                        .containsExactly("'stale-if-error' of the cache 'quotes' has no effect here: the cache 'quotes'"
                                + " keeps no results, because its ttl is 0."));
    }

    @Test
    void soAreResultsThatAreToBeLoadedAnewBehindHits() {
        runner.withPropertyValues(
                        "resilience.caches.quotes.ttl=0",
                        "resilience.caches.quotes.stale-while-revalidate=1m",
                        "resilience.caches.quotes.refresh-ahead=20")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::text)
                        .containsExactly(
                                "'stale-while-revalidate' of the cache 'quotes' has no effect here: the cache 'quotes'"
                                        + " keeps no results, because its ttl is 0.",
                                "'refresh-ahead' of the cache 'quotes' has no effect here: the cache 'quotes' keeps no"
                                        + " results, because its ttl is 0."));
    }

    @Test
    void soAreFailuresThatAreToBeKept() {
        runner.withPropertyValues("resilience.caches.quotes.ttl=0", "resilience.caches.quotes.negative-ttl=5s")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::text)
                        .containsExactly("'negative-ttl' of the cache 'quotes' has no effect here: the cache 'quotes'"
                                + " keeps no results, because its ttl is 0."));
    }

    @Test
    void whatAllCachesAreToldIsNoWordAboutThisOne() {
        runner.withPropertyValues("resilience.caches.quotes.ttl=0", "resilience.defaults.caches.stale-if-error=1h")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    @Test
    void aCacheThatKeepsResultsOrIsSwitchedOffIsNoFinding() {
        runner.withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.fallbacks.quotes.last-good=10m")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
        runner.withPropertyValues(
                        "resilience.caches.quotes.ttl=0",
                        "resilience.caches.quotes.enabled=false",
                        "resilience.fallbacks.quotes.last-good=10m")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    static class Quotes {

        @Cached("quotes")
        @Fallback(name = "quotes", returning = "none")
        public String quote() {
            return "10 EUR";
        }
    }
}
