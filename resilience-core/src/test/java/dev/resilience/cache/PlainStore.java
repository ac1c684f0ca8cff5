package dev.resilience.cache;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store that forgets nothing by itself, whose time is turned by hand. */
class PlainStore implements Store {

    final AtomicLong tick = new AtomicLong();
    private final Map<Object, Kept> kept = new ConcurrentHashMap<>();

    @Override
    public long tick() {
        return tick.get();
    }

    @Override
    public @Nullable Kept find(Object key) {
        return kept.get(key);
    }

    @Override
    public @Nullable Kept stale(Object key, long overdueNanos) {
        Kept found = good(key);
        return found == null || found.overdueNanos(tick()) >= overdueNanos ? null : found;
    }

    @Override
    public @Nullable Kept recall(Object key, long ageNanos) {
        Kept found = good(key);
        return found == null || found.ageNanos(tick()) > ageNanos ? null : found;
    }

    private @Nullable Kept good(Object key) {
        Kept found = kept.get(key);
        return found == null ? null : found.good();
    }

    @Override
    public void put(Object key, Kept put, long keptNanos) {
        kept.put(key, put);
    }

    @Override
    public boolean remove(Object key) {
        return kept.remove(key) != null;
    }

    @Override
    public long removeIf(BiPredicate<Object, Kept> meant) {
        return kept.keySet().stream()
                .filter(key -> kept.computeIfPresent(key, (same, now) -> meant.test(same, now) ? null : now) == null)
                .count();
    }

    @Override
    public List<Kept> look(Set<Object> keys, boolean variants) {
        return keys.stream().map(kept::get).filter(Objects::nonNull).toList();
    }

    @Override
    public void bound(long maxWeight) {}

    @Override
    public void bound(long maxWeight, Function<Kept, @Nullable Kept> anew) {}

    @Override
    public long weight() {
        return kept.size();
    }

    @Override
    public long entries() {
        return kept.size();
    }

    @Override
    public long evictions() {
        return 0;
    }
}
