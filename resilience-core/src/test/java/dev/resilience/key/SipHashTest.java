package dev.resilience.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the vectors its authors published, for twice the rounds: under the key 00 01 .. 0f, line n is the digest of the bytes 00 01 .. n-1. */
class SipHashTest {

    @Test
    void agreesWithThePublishedVectors() throws Exception {
        ByteBuffer key = littleEndian(counting(16));
        long first = key.getLong();
        long second = key.getLong();
        List<String> expected = published();
        assertThat(expected).hasSize(64);
        for (int length = 0; length < expected.size(); length++) {
            assertThat(HexFormat.of().formatHex(digest(new Strong(), first, second, counting(length))))
                    .isEqualTo(expected.get(length));
        }
    }

    /** As the specification says it, byte by byte. */
    static byte[] digest(SipHash sip, long first, long second, byte[] message) {
        SipHash hash = sip.begin(first, second);
        byte[] padded = Arrays.copyOf(message, (message.length / 8 + 1) * 8);
        padded[padded.length - 1] = (byte) message.length;
        for (ByteBuffer words = littleEndian(padded); words.hasRemaining(); ) {
            hash.absorb(words.getLong());
        }
        hash.finish();
        return littleEndian(new byte[16])
                .putLong(hash.first())
                .putLong(hash.second())
                .array();
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int each = 0; each < length; each++) {
            bytes[each] = (byte) each;
        }
        return bytes;
    }

    private static List<String> published() throws Exception {
        try (var vectors = SipHashTest.class.getResourceAsStream("/siphash-2-4-128.txt")) {
            return new String(vectors.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    /** With the rounds of SipHash-2-4. */
    private static final class Strong extends SipHash {

        @Override
        int roundsPerWord() {
            return 2;
        }

        @Override
        int roundsAtEnd() {
            return 4;
        }
    }
}
