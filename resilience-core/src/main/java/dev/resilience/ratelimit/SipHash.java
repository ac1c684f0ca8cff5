package dev.resilience.ratelimit;

/**
 * One run of SipHash-2-4 with 128 bits of result (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a
 * keyed function whose results nobody can foretell, or make collide, who doesn't know the key.
 *
 * <p>It is fed eight bytes at a time, in little-endian order. The caller makes the last word: what remains of the
 * message, up to seven bytes, below the message's length in the topmost byte.
 */
final class SipHash {

    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /** Begins a message under this key. */
    SipHash(long firstOfKey, long secondOfKey) {
        v0 = firstOfKey ^ 0x736F_6D65_7073_6575L;
        v1 = secondOfKey ^ 0x646F_7261_6E64_6F6DL ^ 0xEE;
        v2 = firstOfKey ^ 0x6C79_6765_6E65_7261L;
        v3 = secondOfKey ^ 0x7465_6462_7974_6573L;
    }

    /** Takes in the next eight bytes. */
    void absorb(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    /** The first half of the result, after the last word. */
    long first() {
        v2 ^= 0xEE;
        return squeezed();
    }

    /** The second half, after the first. */
    long second() {
        v1 ^= 0xDD;
        return squeezed();
    }

    private long squeezed() {
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
