package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Resilient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;

class ForeignCachingTest {

    @Test
    void aMethodThatSpringCachesAsWellIsAWarning() {
        assertThat(findings(Starters.with(Twice.class)))
                .containsExactly(Finding.warning(
                        "foreign-caching",
                        "Twice#title(String)",
                        "keeps its results twice, in the cache 'titles' and by @Cacheable further in: what is evicted there"
                                + " is still given here until its time is over.",
                        "Keep one of the two."));
    }

    @Test
    void evictionsAndPutsThatHitsDontReachAreWarnings() {
        assertThat(findings(Starters.with(Writing.class)))
                .extracting(Finding::text)
                .containsExactlyInAnyOrder(
                        "has @CacheEvict beside the cache 'titles', and a hit doesn't get that far: then it does nothing.",
                        "has @CachePut beside the cache 'titles', and a hit doesn't get that far: then it does nothing.",
                        "has @Caching beside the cache 'titles', and a hit doesn't get that far: then it does nothing.");
    }

    @Test
    void anAnnotationOnTheClassCountsForItsMethods() {
        assertThat(findings(Starters.with(OnClass.class)))
                .extracting(Finding::where)
                .containsExactly("OnClass#title(String)");
    }

    @Test
    void aCacheOfAPipelineCountsAsWell() {
        assertThat(findings(Starters.with(InPipeline.class)
                        .withPropertyValues(
                                "resilience.pipelines.books.caches=titles", "resilience.caches.titles.ttl=1m")))
                .extracting(Finding::where)
                .containsExactly("InPipeline#title(String)");
    }

    @Test
    void aCacheThatAnswersNobodyIsNoFinding() {
        for (String setting : List.of("shadow=true", "enabled=false")) {
            assertThat(findings(Starters.with(Twice.class).withPropertyValues("resilience.caches.titles." + setting)))
                    .isEmpty();
        }
    }

    @Test
    void otherGuardsGoWithSpringsCaches() {
        assertThat(findings(Starters.with(Guarded.class))).isEmpty();
    }

    private static List<Finding> findings(ApplicationContextRunner runner) {
        List<Finding> found = new ArrayList<>();
        runner.run(context -> context.getBean(Findings.class).all().stream()
                .filter(finding -> finding.code().equals("foreign-caching"))
                .forEach(found::add));
        return found;
    }

    static class Twice {

        @Cached("titles")
        @Cacheable("titles")
        public String title(String isbn) {
            return isbn;
        }
    }

    static class Writing {

        @Cached("titles")
        @CacheEvict("titles")
        public String evicted(String isbn) {
            return isbn;
        }

        @Cached("titles")
        @CachePut("titles")
        public String put(String isbn) {
            return isbn;
        }

        @Cached("titles")
        @Caching(evict = {@CacheEvict("titles"), @CacheEvict("authors")})
        public String both(String isbn) {
            return isbn;
        }

        @CacheEvict("titles")
        public void theirs(String isbn) {}
    }

    @Cacheable("titles")
    static class OnClass {

        @Cached("titles")
        public String title(String isbn) {
            return isbn;
        }

        public String theirs(String isbn) {
            return isbn;
        }
    }

    static class InPipeline {

        @Resilient("books")
        @Cacheable("titles")
        public String title(String isbn) {
            return isbn;
        }
    }

    static class Guarded {

        @Bulkhead
        @Cacheable("titles")
        public String title(String isbn) {
            return isbn;
        }
    }
}
