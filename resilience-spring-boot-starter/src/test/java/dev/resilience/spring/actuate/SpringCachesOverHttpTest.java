package dev.resilience.spring.actuate;

import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.resilience.event.ResilienceEvent.Invalidated;
import dev.resilience.spring.annotation.Cached;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;

/** Spring's caches beside ours, over HTTP, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class SpringCachesOverHttpTest {

    private static ServedEndpoint endpoint;

    @Parameter
    WebApplicationType type;

    private final Books books = endpoint.bean(Books.class);

    @BeforeEach
    void beginEmpty() {
        endpoint.application.getBean("caffeine", CacheManager.class).resetCaches();
        endpoint.application.getBean("maps", CacheManager.class).resetCaches();
        endpoint.events.clear();
    }

    @Test
    void everyManagerThatExistsIsShownWithTheCachesItHas() throws Exception {
        books.title("978-1");

        HttpResponse<String> all = endpoint.get("");

        assertThat(names(json(all, "$.springCaches"))).containsExactlyInAnyOrder("broken", "caffeine", "maps");
        assertThat(json(all, "$.springCaches.caffeine.type")).isEqualTo(CaffeineCacheManager.class.getName());
        assertThat(json(all, "$.springCaches.caffeine.caches.titles.numbers.entries"))
                .isEqualTo(1);
        assertThat(json(all, "$.springCaches")).isEqualTo(json(endpoint.get("/spring-caches"), "$"));
        assertThat(json(endpoint.get("/spring-caches/caffeine"), "$")).isEqualTo(json(all, "$.springCaches.caffeine"));
        assertThat(json(endpoint.get("/spring-caches/caffeine/titles"), "$"))
                .isEqualTo(json(all, "$.springCaches.caffeine.caches.titles"));
    }

    @Test
    void hitsAreShownWhereTheStoreCountsThem() throws Exception {
        long hits = ((Number) json(endpoint.get("/spring-caches/caffeine/titles"), "$.numbers.hits")).longValue();
        books.title("978-1");
        books.title("978-1");
        books.author("978-1");

        assertThat(((Number) json(endpoint.get("/spring-caches/caffeine/titles"), "$.numbers.hits")).longValue())
                .isEqualTo(hits + 1);
        assertThat(names(json(endpoint.get("/spring-caches/caffeine/titles"), "$.numbers")))
                .containsExactlyInAnyOrder("entries", "hits", "misses", "hit-rate", "evictions");
        HttpResponse<String> map = endpoint.get("/spring-caches/maps/authors");
        assertThat(json(map, "$.type")).isEqualTo("java.util.concurrent.ConcurrentHashMap");
        assertThat(json(map, "$.numbers")).isEqualTo(Map.of("entries", 1));
    }

    @Test
    void aManagerThatThrowsIsShownWithItsErrorAndHidesNoOther() throws Exception {
        HttpResponse<String> all = endpoint.get("/spring-caches");

        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(json(all, "$.broken.error")).isEqualTo("java.lang.IllegalStateException: no connection");
        assertThat(json(all, "$.broken.caches")).isEqualTo(Map.of());
        assertThat(json(endpoint.get("/spring-caches/broken"), "$.error"))
                .asString()
                .contains("no connection");
        assertThat(json(endpoint.get("/spring-caches/broken/any"), "$.error"))
                .asString()
                .contains("no connection");
        HttpResponse<String> dropped = endpoint.delete("/spring-caches/broken/any");
        assertThat(dropped.statusCode()).isEqualTo(500);
        assertThat(json(dropped, "$.error")).isEqualTo("java.lang.IllegalStateException: no connection");
    }

    @Test
    void nothingIsMadeBecauseSomebodyAsks() throws Exception {
        HttpResponse<String> read = endpoint.get("/spring-caches/maps/titels");
        HttpResponse<String> dropped = endpoint.delete("/spring-caches/maps/titels");

        assertThat(read.statusCode()).isEqualTo(404);
        assertThat(dropped.statusCode()).isEqualTo(404);
        assertThat(endpoint.application.getBean("maps", CacheManager.class).getCacheNames())
                .doesNotContain("titels");
        assertThat(endpoint.application.getBeanFactory().containsSingleton("lazy"))
                .isFalse();
        assertThat(endpoint.get("/spring-caches/lazy").statusCode()).isEqualTo(404);
    }

    @Test
    void wrongNamesAreAnsweredWithTheNearestOnes() throws Exception {
        books.author("978-1");

        assertThat(json(endpoint.get("/spring-cache"), "$.didYouMean")).isEqualTo("spring-caches");
        assertThat(json(endpoint.get("/spring-caches/cafeine"), "$.didYouMean")).isEqualTo("caffeine");
        assertThat(json(endpoint.delete("/spring-caches/map/authors"), "$.didYouMean"))
                .isEqualTo("maps");
        assertThat(json(endpoint.delete("/spring-caches/maps/autors"), "$.didYouMean"))
                .isEqualTo("authors");
        assertThat(json(endpoint.delete("/spring-caches/maps/autors/s3cret"), "$.error")
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void oneCacheIsDroppedAndToldOfToListeners() throws Exception {
        books.title("978-1");
        books.title("978-2");
        books.author("978-1");

        HttpResponse<String> answer = endpoint.delete("/spring-caches/caffeine/titles");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$"))
                .isEqualTo(Map.of("what", "everything", "dropped", 2, "of", Map.of("caffeine/titles", 2)));
        assertThat(entries("caffeine/titles")).isZero();
        assertThat(entries("maps/authors")).isEqualTo(1);
        assertThat(endpoint.events)
                .containsExactly(new Invalidated(
                        "spring-caches", "caffeine/titles", "everything", 2, "somebody at the endpoint", true));
        assertThat(json(endpoint.delete("/spring-caches/caffeine/titles"), "$.dropped"))
                .isEqualTo(0);
    }

    @Test
    void oneKeyIsDroppedByItsTextWhateverItsType() throws Exception {
        UUID id = new UUID(3, 4);
        books.author("978/1");
        books.author(42);
        books.author(43L);
        books.author(id);
        books.author("other");

        for (Object key : List.of("978/1", 42, 43L, id)) {
            HttpResponse<String> answer = endpoint.delete("/spring-caches/maps/authors/" + key);
            assertThat(json(answer, "$"))
                    .isEqualTo(Map.of("what", "one key", "dropped", 1, "of", Map.of("maps/authors", 1)));
        }
        assertThat(entries("maps/authors")).isEqualTo(1);
        assertThat(endpoint.events)
                .contains(new Invalidated(
                        "spring-caches", "maps/authors", "one key", 1, "somebody at the endpoint", true));
        assertThat(json(endpoint.delete("/spring-caches/maps/authors?key=other"), "$.dropped"))
                .isEqualTo(1);
        assertThat(json(endpoint.delete("/spring-caches/maps/authors/nobody"), "$.dropped"))
                .isEqualTo(0);
    }

    @Test
    void keysAreNotLookedUp() throws Exception {
        books.title("978-1");
        Object before = json(endpoint.get("/spring-caches/caffeine/titles"), "$.numbers");

        HttpResponse<String> answer = endpoint.get("/spring-caches/caffeine/titles/978-1");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat((String) json(answer, "$.error"))
                .startsWith("keys of Spring's caches are only dropped, never shown");
        assertThat(endpoint.get("/spring-caches/caffeine/titles?key=978-1").statusCode())
                .isEqualTo(404);
        assertThat(json(endpoint.get("/spring-caches/caffeine/titles"), "$.numbers"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix=978", "operation=Books.title", "prefix=978&operation=Books.title"})
    void whatSpringsCachesDoNotKnowIsRefusedAndDropsNothing(String selectors) throws Exception {
        books.title("978-1");

        HttpResponse<String> answer = endpoint.delete("/spring-caches/caffeine/titles?" + selectors);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat((String) json(answer, "$.error")).startsWith("Spring's caches know neither prefixes nor operations");
        assertThat(entries("caffeine/titles")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/spring-caches", "/spring-caches/caffeine"})
    void severalCachesAreNotDroppedAtOnce(String path) throws Exception {
        books.title("978-1");

        HttpResponse<String> answer = endpoint.delete(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat((String) json(answer, "$.error")).startsWith("Spring's caches are dropped one by one");
        assertThat(entries("caffeine/titles")).isEqualTo(1);
    }

    @Test
    void ourCacheOfTheSameNameIsAnother() throws Exception {
        books.title("978-1");
        books.kept("978-1");

        assertThat(json(endpoint.delete("/caches"), "$.of")).isEqualTo(Map.of("titles", 1));
        assertThat(entries("caffeine/titles")).isEqualTo(1);
        books.kept("978-1");
        endpoint.delete("/spring-caches/caffeine/titles");
        assertThat(json(endpoint.get("/caches/titles/978-1"), "$.standing")).isEqualTo("own");
    }

    @BeforeParameterizedClassInvocation
    static void start(WebApplicationType type) {
        endpoint = new ServedEndpoint(
                type, Map.of("management.endpoint.resilience.access", "unrestricted"), Application.class, Books.class);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        endpoint.close();
    }

    private int entries(String cache) throws Exception {
        return (Integer) json(endpoint.get("/spring-caches/" + cache), "$.numbers.entries");
    }

    @SuppressWarnings("unchecked")
    private static Collection<String> names(Object json) {
        return ((Map<String, ?>) json).keySet();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Application {

        @Bean
        @Primary
        CacheManager caffeine() {
            CaffeineCacheManager manager = new CaffeineCacheManager("titles");
            manager.setCaffeine(Caffeine.newBuilder().recordStats());
            return manager;
        }

        @Bean
        CacheManager maps() {
            return new ConcurrentMapCacheManager();
        }

        @Bean
        CacheManager broken() {
            return new Unconnected();
        }

        @Bean
        @Lazy
        CacheManager lazy() {
            return new ConcurrentMapCacheManager("unasked");
        }
    }

    static class Books {

        @Cacheable("titles")
        public String title(String isbn) {
            return "title of " + isbn;
        }

        @Cached("titles")
        public String kept(String isbn) {
            return "title of " + isbn;
        }

        @Cacheable(cacheNames = "authors", cacheManager = "maps")
        public String author(Object book) {
            return "author of " + book;
        }
    }

    private static final class Unconnected implements CacheManager {

        @Override
        public @Nullable Cache getCache(String name) {
            throw new IllegalStateException("no connection");
        }

        @Override
        public Collection<String> getCacheNames() {
            throw new IllegalStateException("no connection");
        }
    }
}
