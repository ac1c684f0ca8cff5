package dev.resilience.proof;

import java.util.Arrays;

/**
 * Calls as one thread saw them: of each the interval inside which it was decided, its key and its cost. Times count from
 * the origin of a clock that may overflow. Not thread-safe.
 */
final class Sightings {

    private static final int WORDS = 3;

    private long[] words = new long[WORDS << 10];
    private int end;

    void add(long start, long end, int key, int cost) {
        if (this.end == words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        words[this.end] = start;
        words[this.end + 1] = end;
        words[this.end + 2] = (long) key << 32 | cost;
        this.end += WORDS;
    }

    int size() {
        return end / WORDS;
    }

    long start(int index) {
        return words[WORDS * index];
    }

    long end(int index) {
        return words[WORDS * index + 1];
    }

    int key(int index) {
        return (int) (words[WORDS * index + 2] >>> 32);
    }

    int cost(int index) {
        return (int) words[WORDS * index + 2];
    }

    void addAll(Sightings other) {
        for (int index = 0; index < other.size(); index++) {
            add(other.start(index), other.end(index), other.key(index), other.cost(index));
        }
    }

    /** Those of each key. */
    Sightings[] byKey(int keys) {
        Sightings[] each = new Sightings[keys];
        Arrays.setAll(each, key -> new Sightings());
        for (int index = 0; index < size(); index++) {
            each[key(index)].add(start(index), end(index), key(index), cost(index));
        }
        return each;
    }

    /** Start, end and cost of each, in the order of their starts. */
    long[][] byStart() {
        long[][] sorted = new long[size()][];
        Arrays.setAll(sorted, index -> new long[] {start(index), end(index), cost(index)});
        Arrays.sort(sorted, (left, right) -> Long.compare(left[0], right[0]));
        return sorted;
    }
}
