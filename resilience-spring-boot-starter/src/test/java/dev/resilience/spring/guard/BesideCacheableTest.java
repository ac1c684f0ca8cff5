package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.resilience.PolicyRegistry;
import dev.resilience.cache.ResultCache;
import dev.resilience.spring.InvalidateCache;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** What @Cached and Spring's @Cacheable do on one method, as the documentation says. */
class BesideCacheableTest {

    private final ApplicationContextRunner runner = Starters.with(Caching.class, Books.class);

    @Test
    void oursIsOutside() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);

            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");
            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");

            assertThat(asked(context)).isEqualTo(1);
            assertThat(ours(context, "titles").invalidate("978-1")).isEqualTo(1);
            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");
            assertThat(asked(context)).isEqualTo(2);
        });
    }

    @Test
    void oursIsOutsideOfFuturesAndMonosToo() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);

            for (int times = 0; times < 3; times++) {
                assertThat(books.later("978-1").toCompletableFuture().join()).isEqualTo("978-1, read 1 times");
                assertThat(books.mono("978-2").block()).isEqualTo("978-2, read 2 times");
            }

            assertThat(asked(context)).isEqualTo(2);
        });
    }

    @Test
    void whatIsEvictedThereIsStillGivenHere() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);
            books.title("978-1");

            books.changed("978-1");

            assertThat(theirs(context).get("978-1")).isNull();
            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");
            ours(context, "titles").invalidateAll();
            assertThat(books.title("978-1")).isEqualTo("978-1, read 2 times");
        });
    }

    @Test
    void whatIsDroppedHereIsStillGivenByThem() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);
            books.title("978-1");

            assertThat(ours(context, "titles").invalidateAll()).isEqualTo(1);

            assertThat(theirs(context).get("978-1")).isNotNull();
            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");
        });
    }

    @Test
    void noInvalidationOfOursReachesTheirs() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);
            books.title("978-1");

            books.overtaken("978-1");
            context.publishEvent(InvalidateCache.all("titles"));

            assertThat(ours(context, "titles").invalidateAll()).isZero();
            assertThat(theirs(context).get("978-1")).isNotNull();
        });
    }

    @Test
    void anEvictionOnACachedMethodDoesNothingOnAHit() {
        runner.run(context -> {
            Books books = context.getBean(Books.class);
            books.evicting("978-1");
            theirs(context).put("978-1", "kept");

            books.evicting("978-1");

            assertThat(theirs(context).get("978-1")).isNotNull();
        });
    }

    @Test
    void whereTheirsIsTakenOutsideOursIsAskedForTheirMisses() {
        Starters.with(CachingOutside.class, Books.class).run(context -> {
            Books books = context.getBean(Books.class);
            books.title("978-1");
            books.title("978-1");

            assertThat(asked(context)).isEqualTo(2);
            ours(context, "titles").invalidateAll();
            assertThat(books.title("978-1")).isEqualTo("978-1, read 1 times");
            books.changed("978-1");
            assertThat(books.title("978-1")).isEqualTo("978-1, read 2 times");
        });
    }

    /** A reason to migrate: one load for many callers, and a condition on the result. */
    @Test
    void springsSingleFlightKnowsNoUnless() {
        runner.run(
                context -> assertThatThrownBy(() -> context.getBean(Books.class).once("978-1"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("unless"));
    }

    /** How often Spring's cache was asked. */
    private static long asked(ApplicationContext context) {
        return ((com.github.benmanes.caffeine.cache.Cache<?, ?>) theirs(context).getNativeCache())
                .stats()
                .requestCount();
    }

    private static Cache theirs(ApplicationContext context) {
        return context.getBean(CacheManager.class).getCache("titles");
    }

    private static ResultCache ours(ApplicationContext context, String name) {
        return (ResultCache) context.getBean(PolicyRegistry.class)
                .find("caches", name)
                .orElseThrow()
                .state();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Caching {

        @Bean
        CacheManager cacheManager() {
            return manager();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching(order = 0)
    static class CachingOutside {

        @Bean
        CacheManager cacheManager() {
            return manager();
        }
    }

    private static CacheManager manager() {
        CaffeineCacheManager manager = new CaffeineCacheManager();
        manager.setCaffeine(Caffeine.newBuilder().recordStats());
        manager.setAsyncCacheMode(true);
        return manager;
    }

    static class Books {

        private final AtomicInteger reads = new AtomicInteger();

        @Cached("titles")
        @Cacheable("titles")
        public String title(String isbn) {
            return read(isbn);
        }

        @Cached("later")
        @Cacheable("titles")
        public CompletionStage<String> later(String isbn) {
            return CompletableFuture.completedFuture(read(isbn));
        }

        @Cached("mono")
        @Cacheable("titles")
        public Mono<String> mono(String isbn) {
            return Mono.fromSupplier(() -> read(isbn));
        }

        @CacheEvict("titles")
        public void changed(String isbn) {}

        @CacheInvalidate(name = "titles", all = true)
        public void overtaken(String isbn) {}

        @Cached("evicting")
        @CacheEvict("titles")
        public String evicting(String isbn) {
            return read(isbn);
        }

        @Cacheable(cacheNames = "titles", sync = true, unless = "#result == null")
        public String once(String isbn) {
            return read(isbn);
        }

        private String read(String isbn) {
            return isbn + ", read " + reads.incrementAndGet() + " times";
        }
    }
}
