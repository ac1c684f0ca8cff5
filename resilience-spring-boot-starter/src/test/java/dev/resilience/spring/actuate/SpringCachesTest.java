package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.SimpleCacheManager;

class SpringCachesTest {

    @Test
    void theLongestNamesAreMeantAndTheRestIsTheKey() {
        SpringCaches caches = caches("shop/main", new ConcurrentMapCacheManager("a", "a/b"));

        assertThat(caches.find(List.of("shop", "main", "a", "b", "c", "d")))
                .satisfies(found -> assertThat(found.name()).isEqualTo("shop/main/a/b"))
                .satisfies(found -> assertThat(found.rest()).containsExactly("c", "d"));
        assertThat(caches.find(List.of("shop")).manager()).isNull();
    }

    @Test
    void aCacheThatThrowsIsShownAmongTheOthers() {
        SimpleCacheManager manager = new SimpleCacheManager();
        manager.setCaches(List.of(new Remote("down", true), new Remote("up", false)));
        manager.initializeCaches();

        Map<String, SpringCacheDescription> shown =
                caches("remote", manager).all().get("remote").caches();

        assertThat(shown.get("down"))
                .isEqualTo(new SpringCacheDescription(null, Map.of(), "java.lang.IllegalStateException: down"));
        assertThat(shown.get("up")).isEqualTo(new SpringCacheDescription("java.lang.String", Map.of(), null));
    }

    @Test
    void aCacheThatCannotTellHowMuchIsDroppedAllTheSame() {
        Remote remote = new Remote("up", false);
        SpringDeletions deletions = deletions(remote);

        assertThat(deletions.of(List.of("remote", "up"), wish(null)))
                .isEqualTo(Cleared.of("everything", "remote/up", null));
        assertThat(deletions.of(List.of("remote", "up"), wish("7")))
                .isEqualTo(Cleared.of("one key", "remote/up", null));

        assertThat(remote.evicted).containsKeys("*", "7", 7, 7L);
    }

    @Test
    void aCacheThatThrowsWhenItIsDroppedSaysSo() {
        assertThatThrownBy(() -> deletions(new Remote("down", true)).of(List.of("remote", "down"), wish(null)))
                .isInstanceOf(SpringDeletions.Failed.class)
                .hasMessage("java.lang.IllegalStateException: down");
        assertThatThrownBy(() ->
                        deletions(new Remote("up", false)).of(List.of("remote", "up"), new Wish(null, "a", null, null)))
                .isInstanceOf(InvalidEndpointRequestException.class);
    }

    private static SpringDeletions deletions(Cache cache) {
        SimpleCacheManager manager = new SimpleCacheManager();
        manager.setCaches(List.of(cache));
        manager.initializeCaches();
        return new SpringDeletions(caches("remote", manager), event -> {});
    }

    private static SpringCaches caches(String name, CacheManager manager) {
        return new SpringCaches(() -> Map.of(name, manager));
    }

    private static Wish wish(@Nullable String key) {
        return new Wish(key, null, null, null);
    }

    /** A cache that says nothing of what it keeps. */
    private static final class Remote implements Cache {
        private final Map<Object, Object> evicted = new ConcurrentHashMap<>();
        private final String name;
        private final boolean down;

        private Remote(String name, boolean down) {
            this.name = name;
            this.down = down;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Object getNativeCache() {
            if (down) {
                throw new IllegalStateException("down");
            }
            return "store";
        }

        @Override
        public @Nullable ValueWrapper get(Object key) {
            throw new AssertionError("looked up");
        }

        @Override
        public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
            throw new AssertionError("looked up");
        }

        @Override
        public <T> @Nullable T get(Object key, Callable<T> loader) {
            throw new AssertionError("looked up");
        }

        @Override
        public void put(Object key, @Nullable Object value) {}

        @Override
        public void evict(Object key) {
            evicted.put(key, key);
        }

        @Override
        public void clear() {
            evicted.put("*", "*");
        }
    }
}
