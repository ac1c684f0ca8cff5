package dev.resilience.ratelimit;

/**
 * SipHash-2-4 with 128 bits of result (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed function
 * whose results nobody can foretell, or make collide, who doesn't know the key. Not thread-safe; it can begin anew.
 *
 * <p>It is fed eight bytes at a time, in little-endian order. The caller makes the last word: what remains of the
 * message, up to seven bytes, below the message's length in the topmost byte.
 */
final class SipHash {

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long first;

    /** Begins a message under this key. */
    SipHash begin(long firstOfKey, long secondOfKey) {
        v0 = firstOfKey ^ 0x736F_6D65_7073_6575L;
        v1 = secondOfKey ^ 0x646F_7261_6E64_6F6DL ^ 0xEE;
        v2 = firstOfKey ^ 0x6C79_6765_6E65_7261L;
        v3 = secondOfKey ^ 0x7465_6462_7974_6573L;
        return this;
    }

    /** Takes in the next eight bytes. */
    void absorb(long word) {
        v3 ^= word;
        twoRounds();
        v0 ^= word;
    }

    /** Makes the result, after the last word. */
    void finish() {
        v2 ^= 0xEE;
        twoRounds();
        twoRounds();
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xDD;
        twoRounds();
        twoRounds();
    }

    /** The first half of the result. */
    long first() {
        return first;
    }

    /** The second half. */
    long second() {
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** On copies, which stay in registers. */
    private void twoRounds() {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int round = 0; round < 2; round++) {
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
