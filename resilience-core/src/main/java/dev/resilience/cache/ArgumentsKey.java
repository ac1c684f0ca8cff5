package dev.resilience.cache;

import java.util.List;

/**
 * The key of a call by its arguments.
 *
 * <p>Its hash is taken once: a method may change its argument while its result is loaded, and the load must be found
 * again all the same.
 *
 * @param low the lower half of their fingerprint
 * @param high the higher half
 * @param objects those arguments, or parts of them, that are told from others by their own equals
 * @param hash the hash of all that when the key was made
 */
record ArgumentsKey(long low, long high, List<Object> objects, int hash) {

    ArgumentsKey(long low, long high, List<Object> objects) {
        this(low, high, objects, Long.hashCode(low) + 31 * objects.hashCode());
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
