package dev.resilience.cache;

import dev.resilience.Call;

/**
 * Is told how a cache came by the answer of a call, for whoever passes that on, such as in the headers of an HTTP response.
 * Thread-safe; does little, and throws nothing.
 */
@FunctionalInterface
public interface CacheWitness {

    /** How fresh a result is that isn't kept. */
    long NOT_KEPT = Long.MIN_VALUE;

    /** How a call came by its answer. */
    enum Way {
        /** It was kept, and its time wasn't over. */
        HIT,
        /** It was kept, and given though its time was over. */
        STALE,
        /** The call has loaded it. */
        LOADED,
        /** Another call has loaded it meanwhile. */
        SHARED,
        /** The cache had no part in it. */
        PASSED
    }

    /**
     * A call has its answer, or passes by the cache. Calls that fail are not told.
     *
     * @param number tells the result from all others that the cache has kept; 0 if nobody keeps it
     * @param ageNanos since when the result has been kept
     * @param freshNanos for how long it will still be a hit, negative if it is none any more; {@link #NOT_KEPT} if nobody keeps
     *     it
     */
    void answered(Call call, Way way, long number, long ageNanos, long freshNanos);
}
