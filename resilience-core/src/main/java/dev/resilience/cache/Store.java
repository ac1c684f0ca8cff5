package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Where results are kept until they expire or make room. Thread-safe. */
interface Store {

    /** What is kept for this key and not over, or null. A hit is given as it was put, so that it allocates nothing. */
    @Nullable Kept get(Object key);

    /** The same, though it may have expired, if that was less than this time ago. */
    @Nullable Kept stale(Object key, long overdueNanos);

    /** The same, expired or not, if it is no older than this. */
    @Nullable Kept recall(Object key, long ageNanos);

    /**
     * Keeps the answer.
     *
     * @param keptNanos how long it is kept for those who take it though it has expired; at least its time to live
     */
    Kept put(Object key, Admission answer, String operation, long ttlNanos, long keptNanos);

    /** @return whether anything was kept for this key */
    boolean remove(Object key);

    /** @return how many results were removed; those that come meanwhile may be missed */
    long removeIf(BiPredicate<Object, Kept> meant);

    /**
     * What is kept for these keys, expired or not. It is no use of them: nothing lives longer for it.
     *
     * @param variants whether variants of these keys count as well, which takes a look at every result
     */
    List<Kept> look(Set<Object> keys, boolean variants);

    /** The time by which results are kept. */
    long tick();

    void maxEntries(long maxEntries);

    /** How many results take up room, those included that have expired and were not cleared away yet. */
    long entries();

    /** How many results had to make room before they expired. */
    long evictions();
}
