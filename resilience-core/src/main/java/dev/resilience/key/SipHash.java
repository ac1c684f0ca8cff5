package dev.resilience.key;

/**
 * SipHash-1-3 with 128 bits of result (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed function
 * whose results nobody can foretell, or make collide, who doesn't know the key. Not thread-safe; it can begin anew.
 *
 * <p><b>Why not the four rounds at the end, and two per word, that its authors recommend?</b> Those make a code that
 * authenticates messages, where who attacks sees every result. Here no result ever leaves the process: all that can be
 * seen is how long an answer took, and whether two keys share a limit, which takes all 128 bits. For tables of hostile
 * keys fewer rounds are held to be enough by their author (rust-lang/rust#29754), and Rust, Python and Ruby use as many.
 *
 * <p>It is fed eight bytes at a time, in little-endian order. The caller makes the last word: what remains of the
 * message, up to seven bytes, below the message's length in the topmost byte.
 */
class SipHash {

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
        mix(roundsPerWord());
        v0 ^= word;
    }

    /** Makes the result, after the last word. */
    void finish() {
        v2 ^= 0xEE;
        mix(roundsAtEnd());
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xDD;
        mix(roundsAtEnd());
    }

    /** The first half of the result. */
    long first() {
        return first;
    }

    /** The second half. */
    long second() {
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** How many rounds mix each word in; the published vectors are for more. */
    int roundsPerWord() {
        return 1;
    }

    /** How many rounds come before either half of the result. */
    int roundsAtEnd() {
        return 3;
    }

    /** On copies, which stay in registers. */
    private void mix(int rounds) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int round = 0; round < rounds; round++) {
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
