package dev.resilience.cache;

/**
 * Says how much a result weighs, where a cache is bounded by weight. A bean whose name a cache has as its {@code weigher}.
 * Thread-safe; it is asked once for each result, when that is kept.
 */
@FunctionalInterface
public interface ResultWeigher {

    /**
     * The weight of a result, in whatever {@code max-weight} counts, such as bytes; what the key and the entry take up comes on
     * top. 0 is taken for 1. A negative one is no weight: then the result isn't kept.
     *
     * @param result what the method gave, out of its future or {@code Mono}; never null, and no empty {@code Optional}
     */
    long weigh(Object result);
}
