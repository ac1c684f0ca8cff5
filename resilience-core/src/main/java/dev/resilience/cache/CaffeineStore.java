package dev.resilience.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.Policy.VarExpiration;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.resilience.Admission;
import dev.resilience.time.Time;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results in Caffeine, each with its own time to live. The only class that knows Caffeine.
 *
 * <p>Expiry goes by the pulse, because reading the exact clock costs as much as all the rest of a hit. A result may
 * thus be given for the few milliseconds that the pulse is behind, which is well within what jitter does to its time.
 */
final class CaffeineStore implements Store {

    private final LongAdder evictions = new LongAdder();
    private final Cache<Object, Admission> cache;
    private final VarExpiration<Object, Admission> expiration;
    private final Eviction<Object, Admission> eviction;

    CaffeineStore(long maxEntries, Time time) {
        cache = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .expireAfter(new AsPut())
                .ticker(time.pulse()::tick)
                .executor(time.scheduler().executor())
                .evictionListener((key, answer, cause) -> count(cause))
                .build();
        expiration = cache.policy().expireVariably().orElseThrow();
        eviction = cache.policy().eviction().orElseThrow();
    }

    private void count(RemovalCause cause) {
        if (cause == RemovalCause.SIZE) {
            evictions.increment();
        }
    }

    @Override
    public @Nullable Admission get(Object key) {
        return cache.getIfPresent(key);
    }

    @Override
    public void put(Object key, Admission answer, long ttlNanos) {
        expiration.put(key, answer, ttlNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void remove(Object key) {
        cache.invalidate(key);
    }

    @Override
    public void clear() {
        cache.invalidateAll();
    }

    @Override
    public void maxEntries(long maxEntries) {
        eviction.setMaximum(maxEntries);
    }

    @Override
    public long entries() {
        return cache.estimatedSize();
    }

    @Override
    public long evictions() {
        return evictions.sum();
    }

    /** Leaves every entry the time it was put with. */
    private static final class AsPut implements Expiry<Object, Admission> {

        @Override
        public long expireAfterCreate(Object key, Admission answer, long now) {
            return Long.MAX_VALUE;
        }

        @Override
        public long expireAfterUpdate(Object key, Admission answer, long now, long left) {
            return left;
        }

        @Override
        public long expireAfterRead(Object key, Admission answer, long now, long left) {
            return left;
        }
    }
}
