package dev.resilience.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A fixed random sequence of keys, the same in each run. For one thread. */
final class Keys {

    private static final int LENGTH = 1 << 22;
    private static final long SEED = 42;

    private final String[] keys;
    private final int[] sequence = new int[LENGTH];
    private int next;

    private Keys(int count) {
        keys = new String[count];
        Arrays.setAll(keys, key -> "agent-" + key);
    }

    /** Each key as often as any other. */
    static Keys uniform(int count) {
        Keys keys = new Keys(count);
        SplittableRandom random = new SplittableRandom(SEED);
        Arrays.setAll(keys.sequence, place -> random.nextInt(count));
        return keys;
    }

    /** The second key half as often as the first, the third a third as often, and so on. */
    static Keys zipf(int count) {
        double[] upTo = new double[count];
        double sum = 0;
        for (int key = 0; key < count; key++) {
            sum += 1.0 / (key + 1);
            upTo[key] = sum;
        }
        double all = sum;
        Keys keys = new Keys(count);
        int[] shuffled = shuffled(count);
        SplittableRandom random = new SplittableRandom(SEED);
        Arrays.setAll(keys.sequence, place -> {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * all);
            return shuffled[Math.min(count - 1, found < 0 ? -found - 1 : found)];
        });
        return keys;
    }

    /** Neighbours in rank are no neighbours in memory. */
    private static int[] shuffled(int count) {
        int[] shuffled = new int[count];
        Arrays.setAll(shuffled, key -> key);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int place = count - 1; place > 0; place--) {
            int other = random.nextInt(place + 1);
            int taken = shuffled[place];
            shuffled[place] = shuffled[other];
            shuffled[other] = taken;
        }
        return shuffled;
    }

    String next() {
        return keys[sequence[next++ & LENGTH - 1]];
    }

    /** How the state of a key is found that a peer has no keys for. */
    static <V> Function<String, V> inMap(Function<String, V> maker) {
        ConcurrentHashMap<String, V> map = new ConcurrentHashMap<>();
        return key -> {
            V known = map.get(key);
            return known == null ? map.computeIfAbsent(key, maker) : known;
        };
    }
}
