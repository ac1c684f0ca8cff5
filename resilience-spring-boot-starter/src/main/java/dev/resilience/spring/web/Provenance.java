package dev.resilience.spring.web;

import dev.resilience.cache.CacheWitness;
import dev.resilience.cache.CacheWitness.Way;
import java.util.concurrent.TimeUnit;

/**
 * How a cached handler came by its answer.
 *
 * @param way how
 * @param number tells the result from all others that its cache has kept
 * @param ageNanos since when it has been kept
 * @param freshNanos for how long it will be, negative where its time is over, {@link CacheWitness#NOT_KEPT} if nobody keeps it
 */
public record Provenance(Way way, long number, long ageNanos, long freshNanos) {

    /** Whether the cache keeps the result. */
    boolean isKept() {
        return freshNanos != CacheWitness.NOT_KEPT;
    }

    /** Whether it is kept and its time isn't over. */
    boolean isFresh() {
        return freshNanos > 0;
    }

    /** Whole seconds since it has been kept. */
    long ageSeconds() {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(ageNanos));
    }

    /** Whole seconds that its time will last: never more than there are, so they count down to zero and below. */
    long freshSeconds() {
        return Math.floorDiv(freshNanos, TimeUnit.SECONDS.toNanos(1));
    }
}
