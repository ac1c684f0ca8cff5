package dev.resilience.cache;

import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where results are kept until they expire or make room. Thread-safe. */
interface Store {

    /** The tick that times are compared with. */
    long tick();

    /**
     * What is kept for this key, expired or not, or null; it may be a failure. It is given as it was put, so that a hit
     * allocates nothing.
     */
    @Nullable Kept find(Object key);

    /** The good result, though it may have expired, if that was less than this time ago. */
    @Nullable Kept stale(Object key, long overdueNanos);

    /** The same, expired or not, if it is no older than this. */
    @Nullable Kept recall(Object key, long ageNanos);

    /**
     * Keeps it.
     *
     * @param keptNanos for how long, for those who take it though it has expired; at least its time to live
     */
    void put(Object key, Kept kept, long keptNanos);

    /** @return whether anything was kept for this key */
    boolean remove(Object key);

    /** @return how many results were removed; those that come meanwhile may be missed */
    long removeIf(BiPredicate<Object, Kept> meant);

    /** Bounds the weight of all together. */
    void bound(long maxWeight);

    /**
     * Bounds it where the weights have changed as well, and throws out no more than has to go.
     *
     * @param anew gives what is kept with the weight that it has by now; null drops it
     */
    void bound(long maxWeight, Function<Kept, @Nullable Kept> anew);

    /**
     * What is kept for these keys, expired or not. It is no use of them: nothing lives longer for it.
     *
     * @param variants whether variants of these keys count as well, which takes a look at every result
     */
    List<Kept> look(Set<Object> keys, boolean variants);

    /** How many results take up room, those included that have expired and were not cleared away yet. */
    long entries();

    /** How much all that weighs. */
    long weight();

    /** How many results had to make room before they expired. */
    long evictions();
}
