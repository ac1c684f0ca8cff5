package dev.resilience.cache;

import dev.resilience.Admission;
import org.jspecify.annotations.Nullable;

/** Where results are kept until they expire or make room. Thread-safe. */
interface Store {

    /** The tick that times are compared with. */
    long tick();

    /** What is kept for this key, expired or not, or null. It is given as it was put, so that a hit allocates nothing. */
    @Nullable Kept find(Object key);

    /** The same, if it expired less than this time ago. */
    @Nullable Kept stale(Object key, long overdueNanos);

    /** The same, if it is no older than this. */
    @Nullable Kept recall(Object key, long ageNanos);

    /** Keeps the answer. */
    Kept put(Object key, Admission answer, String operation, Lifetime lifetime);

    void remove(Object key);

    void clear();

    void maxEntries(long maxEntries);

    /** How many results take up room, those included that have expired and were not cleared away yet. */
    long entries();

    /** How many results had to make room before they expired. */
    long evictions();
}
