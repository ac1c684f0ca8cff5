package dev.resilience.spring.actuate;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.key.KeyTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.cache.Cache;

/** Has Spring's caches drop what somebody wants to have dropped: one cache, or one key of it. Thread-safe, as far as they are. */
final class SpringDeletions {

    /** What a text may be as a key: the types of single parameters that have a text of their own. */
    private static final KeyTypes TYPES = types();

    private final SpringCaches caches;
    private final EventSink events;

    SpringDeletions(SpringCaches caches, EventSink events) {
        this.caches = caches;
        this.events = events;
    }

    /** A cache or its manager threw; the message says what. */
    @SuppressWarnings("serial")
    static final class Failed extends RuntimeException {
        private Failed(RuntimeException thrown) {
            super(SpringCacheDescription.told(thrown), thrown);
        }
    }

    /**
     * Drops what a path leads to.
     *
     * @return null if it leads to no cache
     * @throws Failed if the cache or its manager throws
     */
    @Nullable Cleared of(List<String> path, Wish wish) {
        try {
            return drop(path, wish);
        } catch (InvalidEndpointRequestException refused) {
            throw refused;
        } catch (RuntimeException thrown) {
            throw new Failed(thrown);
        }
    }

    private @Nullable Cleared drop(List<String> path, Wish wish) {
        SpringCaches.Found found = caches.find(path);
        Cache cache = found.cache();
        if (cache == null) {
            return null;
        }
        if (wish.prefix() != null || wish.operation() != null) {
            throw Wish.refused("Spring's caches know neither prefixes nor operations. Drop a key, or the whole cache.");
        }
        String key = found.rest().isEmpty() ? wish.key() : Asked.joined(found.rest());
        return key == null ? clear(cache, found.name(), wish) : evict(cache, found.name(), key, wish);
    }

    /** At once, not after a transaction; and the cache itself says whether there was anything. */
    private Cleared clear(Cache cache, String name, Wish wish) {
        Number entries = StoreNumbers.of(cache.getNativeCache()).get("entries");
        boolean some = cache.invalidate();
        Long dropped = entries == null ? null : some ? Long.valueOf(Math.max(1, entries.longValue())) : Long.valueOf(0);
        return told("everything", name, dropped, wish);
    }

    private Cleared evict(Cache cache, String name, String key, Wish wish) {
        long dropped = TYPES.read(List.of(key)).stream()
                .distinct()
                .filter(cache::evictIfPresent)
                .count();
        boolean counts = StoreNumbers.of(cache.getNativeCache()).containsKey("entries");
        return told("one key", name, dropped > 0 || counts ? Long.valueOf(dropped) : null, wish);
    }

    private Cleared told(String what, String name, @Nullable Long dropped, Wish wish) {
        long count = dropped == null ? -1 : dropped;
        events.publish(new ResilienceEvent.Invalidated(SpringCaches.ID, name, what, count, wish.by(), true));
        return Cleared.of(what, name, dropped);
    }

    private static KeyTypes types() {
        KeyTypes types = new KeyTypes();
        List.of(0, 0L, (short) 0, (byte) 0, BigInteger.ZERO, BigDecimal.ZERO, new UUID(0, 0), true)
                .forEach(types::seen);
        return types;
    }
}
