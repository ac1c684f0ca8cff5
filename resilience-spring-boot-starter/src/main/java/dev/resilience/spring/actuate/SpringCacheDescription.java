package dev.resilience.spring.actuate;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

/**
 * One of Spring's caches as the endpoint shows it.
 *
 * @param type the class of what stores its entries; null if it can't be told
 * @param numbers what the store tells of itself, under the names that the numbers of our caches have
 * @param error what it threw when it was looked at; null if it threw nothing
 */
public record SpringCacheDescription(
        @Nullable String type,
        Map<String, Number> numbers,
        @Nullable String error) {

    static SpringCacheDescription of(Cache cache) {
        Object store = cache.getNativeCache();
        return new SpringCacheDescription(store.getClass().getName(), StoreNumbers.of(store), null);
    }

    static SpringCacheDescription broken(RuntimeException thrown) {
        return new SpringCacheDescription(null, Map.of(), told(thrown));
    }

    static String told(RuntimeException thrown) {
        return thrown.getClass().getName() + ": " + thrown.getMessage();
    }
}
