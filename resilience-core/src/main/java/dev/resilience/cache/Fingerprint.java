package dev.resilience.cache;

import java.security.SecureRandom;

/**
 * 128 bits of any sequence of words.
 *
 * <p>Which arguments a call had must be told from 128 bits, though the arguments may come from somebody who would like
 * to be given another one's result. Java's {@code hashCode} has 32 bits that anybody can aim at, and an unkeyed mix can
 * be aimed at with patience. A cryptographic digest can't, but costs a look-up, an object and a buffer of bytes. So this
 * is SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): a keyed pseudorandom function in four registers
 * whose key nobody outside this cache knows. Among n different sequences the chance of any collision is below n² / 2¹²⁹:
 * with a thousand million entries it is about 10⁻²¹.
 *
 * <p>Not thread-safe.
 */
final class Fingerprint {

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long words;

    /** The secret key of a cache. */
    record Seed(long low, long high) {

        static Seed random() {
            SecureRandom random = new SecureRandom();
            return new Seed(random.nextLong(), random.nextLong());
        }
    }

    Fingerprint(Seed seed) {
        v0 = seed.low ^ 0x736f6d6570736575L;
        v1 = seed.high ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = seed.low ^ 0x6c7967656e657261L;
        v3 = seed.high ^ 0x7465646279746573L;
    }

    /** One that goes on where that one stands. */
    Fingerprint(Fingerprint other) {
        v0 = other.v0;
        v1 = other.v1;
        v2 = other.v2;
        v3 = other.v3;
        words = other.words;
    }

    void add(long word) {
        words++;
        compress(word);
    }

    /** Ends the sequence and gives the lower half; {@link #high} follows. */
    long low() {
        compress(words << 59);
        v2 ^= 0xee;
        return finish();
    }

    /** The higher half, once the {@link #low lower} has been taken. */
    long high() {
        v1 ^= 0xdd;
        return finish();
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finish() {
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
