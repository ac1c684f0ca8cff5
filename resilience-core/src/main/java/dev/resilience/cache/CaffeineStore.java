package dev.resilience.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.Policy.FixedExpiration;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.resilience.Admission;
import dev.resilience.time.Pulse;
import dev.resilience.time.Time;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results in Caffeine, each with its own time to live. The only class that knows Caffeine.
 *
 * <p>Caffeine can give each entry a time of its own, but then every hit is bookkeeping for its timer wheel, and with the
 * exact clock that is thrice what the hit itself costs. So an entry carries its deadline, which a hit compares with the
 * pulse, and Caffeine drops what is older than the longest time that was ever asked for, be it to live or to be kept. A result may thus be given for
 * the few milliseconds that the pulse is behind, and one of a shorter time may take up its room until the longest is over
 * or somebody needs it.
 */
final class CaffeineStore implements Store {

    /** Caffeine forgives itself a second when an entry is written anew, and that must not cost an entry its life. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AtomicLong numbers = new AtomicLong();
    private final LongAdder evictions = new LongAdder();
    private final Pulse pulse;
    private final Cache<Object, Kept> cache;
    private final Eviction<Object, Kept> eviction;
    private final FixedExpiration<Object, Kept> expiration;
    private volatile long longestNanos;

    CaffeineStore(long maxEntries, Time time) {
        pulse = time.pulse();
        cache = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .expireAfterWrite(SLACK_NANOS, TimeUnit.NANOSECONDS)
                .ticker(pulse::tick)
                .executor(time.scheduler().executor())
                .evictionListener((key, kept, cause) -> count((Kept) kept, cause))
                .build();
        eviction = cache.policy().eviction().orElseThrow();
        expiration = cache.policy().expireAfterWrite().orElseThrow();
    }

    /** What had expired didn't have to make room for anything. */
    private void count(@Nullable Kept kept, RemovalCause cause) {
        if (cause == RemovalCause.SIZE && kept != null && !kept.isOver(pulse.tick())) {
            evictions.increment();
        }
    }

    @Override
    public @Nullable Kept get(Object key) {
        Kept kept = cache.getIfPresent(key);
        return kept == null || kept.isOver(pulse.tick()) ? null : kept;
    }

    @Override
    public @Nullable Kept stale(Object key, long overdueNanos) {
        Kept kept = cache.getIfPresent(key);
        return kept == null || kept.overdueNanos(pulse.tick()) >= overdueNanos ? null : kept;
    }

    @Override
    public @Nullable Kept recall(Object key, long ageNanos) {
        Kept kept = cache.getIfPresent(key);
        return kept == null || kept.ageNanos(pulse.tick()) > ageNanos ? null : kept;
    }

    @Override
    public Kept put(Object key, Admission answer, String operation, long ttlNanos, long keptNanos) {
        if (keptNanos > longestNanos) {
            lengthen(keptNanos);
        }
        long tick = pulse.tick();
        Kept kept = new Kept(answer, operation, tick, tick + ttlNanos, numbers.incrementAndGet());
        cache.put(key, kept);
        return kept;
    }

    /** Never shortens: what is kept stays with the time it was kept for. */
    private synchronized void lengthen(long nanos) {
        if (nanos > longestNanos) {
            long slack = Math.min(SLACK_NANOS, Long.MAX_VALUE - nanos);
            expiration.setExpiresAfter(nanos + slack, TimeUnit.NANOSECONDS);
            longestNanos = nanos;
        }
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
}
