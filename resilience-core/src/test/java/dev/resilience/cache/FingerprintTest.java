package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.cache.Fingerprint.Seed;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    private static final Seed SEED = new Seed(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    /** The vectors of the paper's reference implementation, for messages of 0, 8 and 16 bytes. */
    @Test
    void isSipHash() {
        assertFingerprint(0xe6a825ba047f81a3L, 0x930255c71472f66dL);
        assertFingerprint(0x61f55862baa9623bL, 0xb49714f364e2830fL, 0x0706050403020100L);
        assertFingerprint(0xbb54b067caa4e26eL, 0x77052385bf1533fdL, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    }

    @Test
    void differsFromCacheToCache() {
        assertThat(Seed.random()).isNotEqualTo(Seed.random());
    }

    private static void assertFingerprint(long low, long high, long... words) {
        Fingerprint fingerprint = new Fingerprint(SEED);
        for (long word : words) {
            fingerprint.add(word);
        }
        assertThat(fingerprint.low()).isEqualTo(low);
        assertThat(fingerprint.high()).isEqualTo(high);
    }
}
