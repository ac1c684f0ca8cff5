package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent keys of a stream, found with a fixed number of counters. Not thread-safe.
 *
 * <p><b>How, without counting every key?</b> Counting those that come first, and nobody else, is the simplest answer, and
 * blind: a thousand invented keys take all counters. So a newcomer takes the counter that counts least and goes on from
 * where that stands (space saving; Metwally, Agrawal and El Abbadi, 2005). The counters' sum is the length of the stream,
 * so the least of {@value #COUNTERS} is at most a {@value #COUNTERS}th of it: every key that is more frequent than that
 * has a counter, and none is counted too high by more. What a newcomer takes over is its possible error; what it was seen
 * for since is certain.
 */
final class HeavyHitters {

    static final int COUNTERS = 256;

    private final Map<Object, Counter> counters = new HashMap<>();
    /** A heap, the least first. */
    private final @Nullable Counter[] heap = new @Nullable Counter[COUNTERS];

    private long total;

    /** A call of this key, which stands for so many. */
    void add(Object key, String operation, long weight) {
        total += weight;
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.size() < COUNTERS ? insert(key) : replaceLeast(key);
        }
        counter.add(operation, weight);
        sink(counter.place);
    }

    /** The weight of all that was added. */
    long total() {
        return total;
    }

    /** Every key that has a counter. */
    Set<Object> keys() {
        return counters.keySet();
    }

    /** How much more than {@link #addTo} says this key may have been added, at most. */
    long errorOf(Object key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            return counter.error;
        }
        return counters.size() < COUNTERS ? 0 : at(0).count();
    }

    /** Adds what this key was surely added, by operation. */
    void addTo(Map<String, Long> sums, Object key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.addTo(sums);
        }
    }

    private Counter insert(Object key) {
        int place = counters.size();
        Counter counter = new Counter(key, 0, place);
        heap[place] = counter;
        counters.put(key, counter);
        rise(place);
        return counter;
    }

    private Counter replaceLeast(Object key) {
        Counter least = at(0);
        counters.remove(least.key);
        Counter counter = new Counter(key, least.count(), 0);
        heap[0] = counter;
        counters.put(key, counter);
        return counter;
    }

    private void rise(int from) {
        int place = from;
        while (place > 0 && at(place).count() < at((place - 1) / 2).count()) {
            swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    private void sink(int from) {
        int place = from;
        for (int least = leastOf(place); least != place; least = leastOf(place)) {
            swap(place, least);
            place = least;
        }
    }

    private int leastOf(int place) {
        int least = place;
        for (int child = 2 * place + 1; child <= 2 * place + 2 && child < counters.size(); child++) {
            least = at(child).count() < at(least).count() ? child : least;
        }
        return least;
    }

    private void swap(int one, int other) {
        Counter moved = at(one);
        put(at(other), one);
        put(moved, other);
    }

    private void put(Counter counter, int place) {
        heap[place] = counter;
        counter.place = place;
    }

    private Counter at(int place) {
        return Objects.requireNonNull(heap[place]);
    }

    /** How often one key was seen, by operation. */
    static final class Counter {

        private static final int OPERATIONS = 16;
        private static final String OTHERS = "(others)";

        private final Object key;
        private final long error;
        private int place;
        private long certain;
        private String[] operations = {};
        private long[] counts = {};

        private Counter(Object key, long error, int place) {
            this.key = key;
            this.error = error;
            this.place = place;
        }

        private void addTo(Map<String, Long> sums) {
            for (int index = 0; index < operations.length; index++) {
                sums.merge(operations[index], counts[index], Long::sum);
            }
        }

        private long count() {
            return error + certain;
        }

        private void add(String operation, long weight) {
            int index = index(operation);
            certain += weight;
            counts[index] += weight;
        }

        private int index(String operation) {
            for (int index = 0; index < operations.length; index++) {
                if (operations[index].equals(operation)) {
                    return index;
                }
            }
            if (operations.length < OPERATIONS) {
                append(operations.length < OPERATIONS - 1 ? operation : OTHERS);
            }
            return operations.length - 1;
        }

        private void append(String operation) {
            operations = Arrays.copyOf(operations, operations.length + 1);
            counts = Arrays.copyOf(counts, operations.length);
            operations[operations.length - 1] = operation;
        }
    }
}
