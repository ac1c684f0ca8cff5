package dev.resilience.spring.actuate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.util.ClassUtils;

/** What a store of one of Spring's caches tells of itself without a look at its entries; nothing, if nobody knows it. */
final class StoreNumbers {

    private static final boolean CAFFEINE =
            ClassUtils.isPresent("com.github.benmanes.caffeine.cache.Cache", StoreNumbers.class.getClassLoader());

    private StoreNumbers() {}

    static Map<String, Number> of(Object store) {
        if (store instanceof Map<?, ?> map) {
            return Map.of("entries", map.size());
        }
        return CAFFEINE ? OfCaffeine.numbers(store) : Map.of();
    }

    /** Loaded only where Caffeine is. */
    private static final class OfCaffeine {

        private static Map<String, Number> numbers(Object store) {
            return store instanceof Cache<?, ?> cache ? numbers(cache) : Map.of();
        }

        private static Map<String, Number> numbers(Cache<?, ?> cache) {
            Map<String, Number> numbers = new LinkedHashMap<>();
            numbers.put("entries", cache.estimatedSize());
            if (cache.policy().isRecordingStats()) {
                CacheStats stats = cache.stats();
                numbers.put("hits", stats.hitCount());
                numbers.put("misses", stats.missCount());
                numbers.put("hit-rate", hitRate(stats));
                numbers.put("evictions", stats.evictionCount());
            }
            return numbers;
        }

        /** In thousandths; 0 as long as nobody has asked, as for our caches. */
        private static double hitRate(CacheStats stats) {
            return Math.round(1e3 * stats.hitCount() / Math.max(1, stats.requestCount())) / 1e3;
        }
    }
}
