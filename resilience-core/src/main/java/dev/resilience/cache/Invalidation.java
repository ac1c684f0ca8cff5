package dev.resilience.cache;

import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;

/**
 * Drops what is kept, and outdates what is being loaded.
 *
 * <p>Who has changed something and drops its results wants no later caller to be given what was read before. Dropping what
 * is kept doesn't do for that: a load that has read already and is still on its way would put the old result back. So a load
 * that is meant is outdated first, under the lock under which it would be kept, and taken out of the way, so that the next
 * caller loads anew. A load that comes between is one that begins after the change and reads what is new; dropping what it has
 * kept costs one more load, and nothing else. So the order is loads first, kept results second.
 *
 * <p>Thread-safe.
 */
final class Invalidation {

    private final Keys keys;
    private final Store store;
    private final Loads loads;
    private final LongAdder dropped;
    private volatile boolean varied;

    /** @param dropped counts the results that are dropped */
    Invalidation(Keys keys, Store store, Loads loads, LongAdder dropped) {
        this.keys = keys;
        this.store = store;
        this.loads = loads;
        this.dropped = dropped;
    }

    /** A load of this key is about to begin: variants of a key are found only by looking at all of them. */
    void expect(Object key) {
        if (!varied && key instanceof Varied) {
            varied = true;
        }
    }

    /** Whether a key may have variants. */
    boolean knowsVariants() {
        return varied;
    }

    /** @return how many results were dropped, here and below */
    long ofKey(Object key) {
        Set<Object> meant = keys.everyKeyOf(key);
        return varied ? where((known, operation) -> meant.contains(Varied.base(known))) : of(meant);
    }

    private long of(Set<Object> meant) {
        return counted(meant.stream().filter(this::drop).count());
    }

    private boolean drop(Object key) {
        Load running = loads.of(key);
        if (running != null) {
            loads.outdate(running);
        }
        return store.remove(key);
    }

    long ofPrefix(String prefix) {
        return where((known, operation) -> keys.beginsWith(Varied.base(known), prefix));
    }

    long ofOperation(String name) {
        return where((known, operation) -> CacheConfiguration.isFor(name, operation));
    }

    long ofAll() {
        return where((known, operation) -> true);
    }

    /** @param meant tells by a key and the operation of its result whether it is meant */
    private long where(BiPredicate<Object, String> meant) {
        for (Load load : loads.all()) {
            if (meant.test(load.key(), load.operation())) {
                loads.outdate(load);
            }
        }
        return counted(store.removeIf((key, kept) -> isMeant(meant, key, kept)));
    }

    /** A failure goes with the result that is kept behind it, which may be of another operation. */
    private static boolean isMeant(BiPredicate<Object, String> meant, Object key, Kept kept) {
        Kept good = kept.good();
        return meant.test(key, kept.operation()) || good != null && meant.test(key, good.operation());
    }

    private long counted(long results) {
        dropped.add(results);
        return results;
    }
}
