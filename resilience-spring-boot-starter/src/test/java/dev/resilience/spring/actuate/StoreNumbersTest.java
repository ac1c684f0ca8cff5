package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.resilience.spring.BareClassLoader;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StoreNumbersTest {

    @Test
    void caffeineTellsItsHitsWhereItCountsThem() {
        Cache<Object, Object> cache = Caffeine.newBuilder().recordStats().build();
        assertThat(StoreNumbers.of(cache)).containsEntry("hit-rate", 0.0);
        cache.put("a", 1);
        cache.getIfPresent("a");
        cache.getIfPresent("a");
        cache.getIfPresent("b");

        assertThat(StoreNumbers.of(cache))
                .isEqualTo(Map.of("entries", 1L, "hits", 2L, "misses", 1L, "hit-rate", 0.667, "evictions", 0L));
    }

    @Test
    void caffeineThatCountsNothingAndMapsTellTheirEntries() {
        assertThat(StoreNumbers.of(Caffeine.newBuilder().build())).isEqualTo(Map.of("entries", 0L));
        assertThat(StoreNumbers.of(Map.of("a", 1))).isEqualTo(Map.of("entries", 1));
    }

    @Test
    void anyOtherStoreTellsNothing() {
        assertThat(StoreNumbers.of("redis")).isEmpty();
    }

    @Test
    void caffeineMayBeMissing() throws Exception {
        assertThat(BareClassLoader.run(Bare.class, "com.github.benmanes."))
                .isEqualTo(List.of(Map.of(), Map.of("entries", 1)));
    }

    /** Asks stores without Caffeine. */
    public static final class Bare implements Supplier<Object> {

        @Override
        public Object get() {
            return List.of(StoreNumbers.of("redis"), StoreNumbers.of(Map.of("a", 1)));
        }
    }
}
