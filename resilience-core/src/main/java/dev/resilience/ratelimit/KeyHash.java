package dev.resilience.ratelimit;

/**
 * The hash of a key, every bit of which depends on every bit of the key's own. The seed is secret: who invents keys can
 * still make some that are equal in all bits, but no longer choose where they lie and what lies beside them.
 */
record KeyHash(long seed) {

    long of(Object key) {
        long hash = (key.hashCode() ^ seed) * 0x9E37_79B9_7F4A_7C15L;
        hash = (hash ^ hash >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return hash ^ hash >>> 32;
    }
}
