package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeavyHittersTest {

    private static final int LENGTH = 200_000;

    private final HeavyHitters hitters = new HeavyHitters();
    private final Map<Object, Long> exact = new HashMap<>();

    @ParameterizedTest
    @EnumSource
    void noCountIsFurtherFromTheTruthThanItSays(Stream stream) {
        feed(stream);
        exact.forEach((key, truth) ->
                assertThat(truth).as("%s", key).isBetween(certain(key), certain(key) + hitters.errorOf(key)));
        assertThat(exact.keySet()).allMatch(key -> hitters.errorOf(key) <= hitters.total() / HeavyHitters.COUNTERS);
    }

    @ParameterizedTest
    @EnumSource
    void everyKeyAboveTheBoundIsFound(Stream stream) {
        feed(stream);
        List<Object> heavy = exact.entrySet().stream()
                .filter(entry -> entry.getValue() > hitters.total() / HeavyHitters.COUNTERS)
                .map(Map.Entry::getKey)
                .toList();
        assertThat(hitters.keys()).containsAll(heavy);
    }

    @ParameterizedTest
    @EnumSource
    void memoryIsBounded(Stream stream) {
        feed(stream);
        assertThat(hitters.keys()).hasSizeLessThanOrEqualTo(HeavyHitters.COUNTERS);
    }

    @Test
    void aKeyIsCountedByOperationAndManyOperationsAreSummedUp() {
        IntStream.range(0, 40).forEach(operation -> hitters.add("key", "operation" + operation, 2));
        Map<String, Long> operations = new HashMap<>();
        hitters.addTo(operations, "key");
        assertThat(operations).hasSize(16).containsEntry("operation14", 2L).containsEntry("(others)", 50L);
    }

    private void feed(Stream stream) {
        for (int index = 0; index < LENGTH; index++) {
            Object key = stream.keys.applyAsInt(index);
            long weight = 1 + index % 3;
            hitters.add(key, "operation", weight);
            exact.merge(key, weight, Long::sum);
        }
    }

    private long certain(Object key) {
        Map<String, Long> operations = new HashMap<>();
        hitters.addTo(operations, key);
        return operations.getOrDefault("operation", 0L);
    }

    /** Who calls in which order. */
    enum Stream {
        ZIPF(zipf(new Random(1), 50_000)),
        EVERY_KEY_ONCE(index -> index),
        /** Keys that come in turns, one more than there are counters: each takes the place of the next. */
        ONE_MORE_THAN_FIT(index -> index % (HeavyHitters.COUNTERS + 1)),
        /** First the honest one, then only invented keys, which try to push it out. */
        HONEST_THEN_FLOOD(index -> index < LENGTH / 100 ? -1 : index),
        /** A heavy one among invented keys that come in pairs, so that each is more than once there. */
        PAIRS_AROUND_A_HEAVY_ONE(index -> index % 20 == 0 ? -1 : index / 2);

        private final IntUnaryOperator keys;

        Stream(IntUnaryOperator keys) {
            this.keys = keys;
        }

        private static IntUnaryOperator zipf(Random random, int keys) {
            double[] sums = new double[keys];
            double sum = 0;
            for (int key = 0; key < keys; key++) {
                sum += 1.0 / (key + 1);
                sums[key] = sum;
            }
            double all = sum;
            return index -> Math.abs(java.util.Arrays.binarySearch(sums, random.nextDouble() * all) + 1);
        }
    }
}
