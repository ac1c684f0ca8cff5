package dev.resilience.cache;

import java.util.List;

/**
 * The key of a call by its arguments.
 *
 * @param low the lower half of their fingerprint
 * @param high the higher half
 * @param objects those arguments, or parts of them, that are told from others by their own equals
 */
record ArgumentsKey(long low, long high, List<Object> objects) {

    @Override
    public int hashCode() {
        return Long.hashCode(low) + 31 * objects.hashCode();
    }
}
