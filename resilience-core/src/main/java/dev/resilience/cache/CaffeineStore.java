package dev.resilience.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.Policy.FixedExpiration;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.resilience.time.Pulse;
import dev.resilience.time.Time;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results in Caffeine, each with its own time to live. The only class that knows Caffeine.
 *
 * <p>Caffeine can give each entry a time of its own, but then every hit is bookkeeping for its timer wheel, and with the
 * exact clock that is thrice what the hit itself costs. So an entry carries its deadline, which a hit compares with the
 * pulse, and Caffeine drops what is older than the longest time that was ever asked for, be it to live or to be kept. A
 * result may thus be given for the few milliseconds that the pulse is behind, and one of a shorter time may take up its
 * room until the longest is over or somebody needs it.
 */
final class CaffeineStore implements Store {

    /** Caffeine forgives itself a second when an entry is written anew, and that must not cost an entry its life. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LongAdder evictions = new LongAdder();
    private final Pulse pulse;
    private final Cache<Object, Kept> cache;
    private final Eviction<Object, Kept> eviction;
    private final FixedExpiration<Object, Kept> expiration;
    private volatile long longestNanos;

    /** @param maxWeight how much all results may weigh together */
    CaffeineStore(long maxWeight, Time time) {
        pulse = time.pulse();
        cache = Caffeine.newBuilder()
                .maximumWeight(maxWeight)
                .weigher((key, kept) -> ((Kept) kept).weight())
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
    public long tick() {
        return pulse.tick();
    }

    @Override
    public @Nullable Kept find(Object key) {
        return cache.getIfPresent(key);
    }

    private @Nullable Kept good(Object key) {
        Kept kept = cache.getIfPresent(key);
        return kept == null ? null : kept.good();
    }

    @Override
    public @Nullable Kept stale(Object key, long overdueNanos) {
        Kept kept = good(key);
        return kept == null || kept.overdueNanos(pulse.tick()) >= overdueNanos ? null : kept;
    }

    @Override
    public @Nullable Kept recall(Object key, long ageNanos) {
        Kept kept = good(key);
        return kept == null || kept.ageNanos(pulse.tick()) > ageNanos ? null : kept;
    }

    @Override
    public void put(Object key, Kept kept, long keptNanos) {
        if (keptNanos > longestNanos) {
            lengthen(keptNanos);
        }
        cache.put(key, kept);
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
    public boolean remove(Object key) {
        return cache.asMap().remove(key) != null;
    }

    /** Clears first what is too old: Caffeine passes over that, and a longer time to live would bring it back. */
    @Override
    public long removeIf(BiPredicate<Object, Kept> meant) {
        cache.cleanUp();
        long removed = 0;
        for (Map.Entry<Object, Kept> entry : cache.asMap().entrySet()) {
            removed += meant.test(entry.getKey(), entry.getValue()) && remove(entry.getKey()) ? 1 : 0;
        }
        return removed;
    }

    @Override
    public void bound(long maxWeight) {
        eviction.setMaximum(maxWeight);
    }

    /** Between the two weights nothing has to go that would fit in the end. */
    @Override
    public void bound(long maxWeight, Function<Kept, @Nullable Kept> anew) {
        eviction.setMaximum(Long.MAX_VALUE);
        cache.asMap().forEach((key, kept) -> weighAnew(key, kept, anew.apply(kept)));
        eviction.setMaximum(maxWeight);
    }

    /** The weight was asked for outside of the map's lock; meanwhile there may be another result. */
    private void weighAnew(Object key, Kept before, @Nullable Kept after) {
        cache.asMap().computeIfPresent(key, (same, now) -> now == before ? after : now);
    }

    @Override
    public long weight() {
        return eviction.weightedSize().orElseThrow();
    }

    @Override
    public List<Kept> look(Set<Object> keys, boolean variants) {
        if (variants) {
            return cache.asMap().entrySet().stream()
                    .filter(entry -> keys.contains(Varied.base(entry.getKey())))
                    .map(Map.Entry::getValue)
                    .toList();
        }
        return keys.stream()
                .map(cache.policy()::getIfPresentQuietly)
                .filter(Objects::nonNull)
                .toList();
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
