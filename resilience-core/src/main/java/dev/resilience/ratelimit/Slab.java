package dev.resilience.ratelimit;

import java.util.Arrays;

/**
 * Records of one length, dense: numbers 0 to {@link #count} - 1. Not thread-safe.
 *
 * <p>A record that is taken out leaves no hole, because the last one takes its place, and its number. So nothing has to
 * be searched for free room, and memory is given back as soon as records leave. They lie in chunks of about
 * {@value #CHUNK_WORDS} words, so that growing never copies more than one chunk, and what is allocated beyond need is
 * an eighth of a chunk.
 */
final class Slab {

    private static final int CHUNK_WORDS = 2048;
    private static final int FIRST_RECORDS = 2;
    private static final int STEPS = 8;

    private final int length;
    /** How many records a chunk has at most, as a power of two. */
    private final int shift;

    private long[][] chunks = {};
    private int count;

    /** @param length words of a record */
    Slab(int length) {
        this.length = length;
        this.shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_WORDS / length));
    }

    int count() {
        return count;
    }

    int length() {
        return length;
    }

    /** The array this record lies in, until the next one is added or removed. */
    long[] words(int number) {
        return chunks[number >>> shift];
    }

    /** Where in that array it begins. */
    int at(int number) {
        return (number & (1 << shift) - 1) * length;
    }

    /** Adds a record with anything in it, and returns its number, which is the highest. */
    int add() {
        int chunk = count >>> shift;
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk + 1);
            chunks[chunk] = new long[length * (chunk == 0 ? FIRST_RECORDS : step())];
        }
        int end = at(count) + length;
        if (end > chunks[chunk].length) {
            resize(chunk, Math.min(2 * at(count), at(count) + step() * length));
        }
        return count++;
    }

    /** Takes a record out. The one with the highest number, now {@link #count}, has its number then. */
    void remove(int number) {
        int last = --count;
        if (number != last) {
            System.arraycopy(words(last), at(last), words(number), at(number), length);
        }
        int chunk = last >>> shift;
        if (at(last) == 0) {
            chunks = Arrays.copyOf(chunks, chunk);
        } else if (chunks[chunk].length >= at(last) + 2 * step() * length) {
            resize(chunk, at(last) + step() * length);
        }
    }

    private int step() {
        return Math.max(FIRST_RECORDS, (1 << shift) / STEPS);
    }

    private void resize(int chunk, int words) {
        chunks[chunk] = Arrays.copyOf(chunks[chunk], Math.min(words, length << shift));
    }
}
