package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
        Kept found = kept.get(key);
        return found == null || found.overdueNanos(tick()) >= overdueNanos ? null : found;
    }

    @Override
    public @Nullable Kept recall(Object key, long ageNanos) {
        Kept found = kept.get(key);
        return found == null || found.ageNanos(tick()) > ageNanos ? null : found;
    }

    @Override
    public Kept put(Object key, Admission answer, String operation, Lifetime lifetime) {
        Kept put = new Kept(answer, operation, tick(), lifetime);
        kept.put(key, put);
        return put;
    }

    @Override
    public void remove(Object key) {
        kept.remove(key);
    }

    @Override
    public void clear() {
        kept.clear();
    }

    @Override
    public void maxEntries(long maxEntries) {}

    @Override
    public long entries() {
        return kept.size();
    }

    @Override
    public long evictions() {
        return 0;
    }
}
