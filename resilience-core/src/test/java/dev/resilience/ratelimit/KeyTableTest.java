package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.key.Digest;
import dev.resilience.key.Digests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {

    private static final long SECOND = 1_000_000_000L;

    private final Engines engines = new Engines(Moments.timeline());
    private final Engine engine = engines.of(Limits.parse("40/1s, 2000/10s"));
    private final Digests digests = new Digests(7, 11);

    /** Each key has beside it, as its twin, the same charges in an array of its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 60, 3_000})
    void agreesWithAMapWhileKeysComeChargeRestAndLeave(int different) {
        KeyTable table = new KeyTable(engines);
        Map<Object, Bucket> map = new HashMap<>();
        Random random = new Random(different);
        long time = 1;
        for (int step = 0; step < 60_000; step++) {
            boolean rests = step / 10_000 % 2 == 1;
            time += random.nextInt(rests ? (int) SECOND / 50 : (int) SECOND / 5_000);
            Object key = key(random.nextInt(rests ? 1 + different / 50 : different));
            int place = find(table, key);
            if (place == KeyTable.NOWHERE) {
                assertThat(map.containsKey(key) && !map.get(key).idle(time)).isFalse();
                place = insert(table, key);
                map.put(key, Bucket.alone(engines));
            }
            long cost = 1 + random.nextInt(3);
            long expected = map.get(key).charge(engine, Moments.at(time), cost, 0);
            assertThat(table.decide(place, engine, Moments.at(time), cost, 0)).isEqualTo(expected);
            table.sweep(random.nextInt(6), time);
        }
    }

    @Test
    void keysWithTheirOwnEqualsAreToldApart() {
        KeyTable table = new KeyTable(engines);
        for (int key = 0; key < 2_000; key++) {
            insert(table, List.of(key, "list"));
            insert(table, "text" + key);
        }
        for (int key = 0; key < 2_000; key++) {
            assertThat(find(table, Arrays.asList(key, "list"))).isNotEqualTo(KeyTable.NOWHERE);
            assertThat(find(table, List.of(key, "tsil"))).isEqualTo(KeyTable.NOWHERE);
        }
        table.sweep(10_000, 1);
        assertThat(find(table, List.of(1, "list"))).isEqualTo(KeyTable.NOWHERE);
    }

    @Test
    void everyLengthHasAClassThatIsLongEnoughAndNotMuchLonger() {
        for (int size = 1; size < 1 << 21; size += 1 + size / 100) {
            int length = Arena.HEAD + size;
            int given = Arena.lengthOf(Arena.classOf(size));
            assertThat(given).isBetween(length, length <= 16 ? length : length + length / 4);
            assertThat(Arena.classOf(given - Arena.HEAD))
                    .isEqualTo(Arena.classOf(size))
                    .isLessThan(128);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 11, 700, 5_000})
    void aSlabStaysDenseAndGivesMemoryBack(int length) {
        Slab slab = new Slab(length);
        List<Long> twin = new ArrayList<>();
        Random random = new Random(length);
        for (int step = 0; step < 4_000; step++) {
            if (twin.isEmpty() || random.nextInt(step < 2_000 ? 3 : 8) > (step < 2_000 ? 0 : 4)) {
                int number = slab.add();
                assertThat(number).isEqualTo(twin.size());
                slab.words(number)[slab.at(number) + length - 1] = step;
                twin.add((long) step);
            } else {
                int number = random.nextInt(twin.size());
                slab.remove(number);
                long last = twin.remove(twin.size() - 1);
                if (number < twin.size()) {
                    twin.set(number, last);
                }
            }
        }
        for (int number = 0; number < twin.size(); number++) {
            assertThat(slab.words(number)[slab.at(number) + length - 1]).isEqualTo(twin.get(number));
        }
    }

    private Object key(int number) {
        return number % 7 == 0 ? List.of(number) : "key-" + number;
    }

    private int find(KeyTable table, Object key) {
        Digest digest = digests.of(key);
        return table.find(digest.high(), digest.low(), digest.beside());
    }

    private int insert(KeyTable table, Object key) {
        Digest digest = digests.of(key);
        return table.insert(digest.high(), digest.low(), digest.beside(), engine);
    }
}
