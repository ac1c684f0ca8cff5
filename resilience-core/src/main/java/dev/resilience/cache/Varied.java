package dev.resilience.cache;

/**
 * The key of a result that depends on more than what its call asks for, such as on who asks. What is invalidated is what was
 * asked for, in all its variants.
 *
 * @param base the key of what was asked for
 * @param variant what else tells the result from others
 */
record Varied(Object base, Object variant) {

    /** The key of what was asked for, of any key. */
    static Object base(Object key) {
        return key instanceof Varied varied ? varied.base : key;
    }
}
