package dev.resilience.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CompactKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestsTest {

    private final Digests digests = new Digests(7, 11);

    @Test
    void aTextIsItsBytesAndThenItsForm() {
        StringBuilder latin = new StringBuilder();
        StringBuilder wide = new StringBuilder();
        for (int length = 0; length < 50; length++) {
            assertThat(of(latin.toString())).isEqualTo(expected(latin.toString(), StandardCharsets.ISO_8859_1, 1));
            assertThat(of(wide.toString()))
                    .isEqualTo(expected(
                            wide.toString(),
                            length == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE,
                            length == 0 ? 1 : 2));
            latin.append((char) (255 - length));
            wide.append((char) (0x3B1 + length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7, 8, 11, 15, 16, 21})
    void oneWideCharacterAnywhereMakesTheTextWide(int place) {
        String latin = "agent-0123456789-\u00e4\u00ff-end";
        String wide = latin.substring(0, place) + '\u0100' + latin.substring(place + 1);
        assertThat(of(wide))
                .isEqualTo(expected(wide, StandardCharsets.UTF_16LE, 2))
                .isNotEqualTo(of(latin));
    }

    @Test
    void equalKeysHaveEqualDigestsAndNoOthers() {
        Map<Object, Set<Object>> keys = new HashMap<>();
        for (Object key : keys()) {
            keys.computeIfAbsent(of(key), none -> new HashSet<>()).add(key);
        }
        assertThat(keys).hasSize(new HashSet<>(keys()).size());
        assertThat(keys.values()).allMatch(equal -> equal.size() == 1);
        assertThat(keys()).allSatisfy(key -> assertThat(of(key)).isEqualTo(of(key)));
    }

    @Test
    void whatHasItsOwnEqualsIsKeptBeside() {
        List<Integer> list = new ArrayList<>(List.of(1, 2));
        assertThat(of(list)).isEqualTo(of(List.of(1, 2)));
        assertThat(digests.of(list).beside()).isSameAs(list);
        assertThat(digests.of("text").beside()).isNull();
        assertThat(digests.of(new Pair(1, 2)).beside()).isNull();
    }

    @Test
    void anotherSeedMakesOtherDigests() {
        Digests other = new Digests(7, 12);
        Digest digest = other.of("agent");
        assertThat(List.of(digest.high(), digest.low())).isNotEqualTo(of("agent"));
    }

    @Test
    void everyBitOfATextMovesHalfTheBits() {
        Random random = new Random(4);
        long changed = 0;
        for (int pair = 0; pair < 10_000; pair++) {
            String text = "key-" + random.nextLong();
            char[] other = text.toCharArray();
            other[random.nextInt(other.length)] ^= (char) (1 << random.nextInt(7));
            List<Long> before = of(text);
            List<Long> after = of(new String(other));
            changed += Long.bitCount(before.get(0) ^ after.get(0)) + Long.bitCount(before.get(1) ^ after.get(1));
        }
        assertThat(changed / 10_000.0).isBetween(63.5, 64.5);
    }

    /** The bits as a value: a digest is overwritten by the next. */
    private List<Long> of(Object key) {
        Digest digest = digests.of(key);
        return List.of(digest.high(), digest.low());
    }

    private static List<Long> expected(String text, java.nio.charset.Charset charset, int form) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(text.getBytes(charset));
        message.write(form);
        ByteBuffer digest = ByteBuffer.wrap(SipHashTest.digest(new SipHash(), 7, 11, message.toByteArray()))
                .order(ByteOrder.LITTLE_ENDIAN);
        return List.of(digest.getLong(), digest.getLong());
    }

    private static List<Object> keys() {
        List<Object> keys =
                new ArrayList<>(List.of("", "1", "1\u0000", "\u0001", "\u0100", "\u0000\u0001", 1, 1L, (short) 1));
        keys.addAll(List.of((byte) 1, -1, -1L, Long.MIN_VALUE, 1.0, 'a', true, new UUID(1, 2), new UUID(2, 1)));
        keys.addAll(List.of(new Pair(1, 2), new Pair(2, 1), new Twin(1, 2), TimeUnit.DAYS, TimeUnit.HOURS));
        keys.addAll(List.of(Thread.State.NEW, Thread.State.RUNNABLE, LocalDate.EPOCH, List.of(), List.of("1")));
        for (int length = 1; length < 40; length++) {
            keys.add("x".repeat(length));
            keys.add("\u0000".repeat(length));
            keys.add("\u4e2d".repeat(length));
        }
        return keys;
    }

    private record Pair(long high, long low) implements CompactKey {}

    private record Twin(long high, long low) implements CompactKey {}
}
