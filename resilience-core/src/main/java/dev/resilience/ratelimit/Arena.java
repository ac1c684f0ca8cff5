package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records of any length, in {@linkplain Slab slabs} by classes of length: each length up to {@value #EXACT} words has a
 * class of its own, longer ones share four classes per doubling. Not thread-safe.
 *
 * <p>A record is named by a reference: its class above {@value #NUMBER_BITS} bits of its number there. No reference is
 * zero, and all fit into {@value #REFERENCE_BITS} bits. It begins with a digest of two words; the rest is a block.
 */
final class Arena {

    /** How many bits a reference has. */
    static final int REFERENCE_BITS = 23;

    /** How many records there may be. */
    static final int MOST = (1 << 16) - 1;

    /** Words of a record before its block. */
    static final int HEAD = 2;

    private static final int NUMBER_BITS = 16;
    private static final int NUMBER_MASK = (1 << NUMBER_BITS) - 1;
    private static final int CLASSES = 1 << REFERENCE_BITS - NUMBER_BITS;
    private static final int EXACT = 16;
    private static final int CLASSES_PER_DOUBLING = 4;

    private @Nullable Slab[] slabs = {};

    /** The class of records with a block of so many words. */
    static int classOf(int size) {
        int length = HEAD + size;
        if (length <= EXACT) {
            return length;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(length - 1);
        int step = 1 << exponent - 2;
        int steps = (length - (1 << exponent) + step - 1) / step;
        return EXACT + (exponent - 4) * CLASSES_PER_DOUBLING + steps;
    }

    /** How many words the records of this class have. */
    static int lengthOf(int kind) {
        if (kind <= EXACT) {
            return kind;
        }
        int exponent = (kind - EXACT - 1) / CLASSES_PER_DOUBLING + 4;
        int steps = (kind - EXACT - 1) % CLASSES_PER_DOUBLING + 1;
        return (1 << exponent) + (steps << exponent - 2);
    }

    static int classOfReference(int reference) {
        return reference >>> NUMBER_BITS;
    }

    /** The array the record lies in, until the next one is added or removed. */
    long[] words(int reference) {
        return slab(reference >>> NUMBER_BITS).words(reference & NUMBER_MASK);
    }

    /** Where in that array its digest lies. */
    int at(int reference) {
        return slab(reference >>> NUMBER_BITS).at(reference & NUMBER_MASK);
    }

    /** Adds a record with room for a block of so many words, and returns its reference. What is in it doesn't matter. */
    int add(int size) {
        int kind = classOf(size);
        if (kind >= slabs.length) {
            slabs = Arrays.copyOf(slabs, kind + 1);
        }
        if (slabs[kind] == null) {
            slabs[kind] = new Slab(lengthOf(kind));
        }
        return reference(kind, slab(kind).add());
    }

    /** Takes a record out, and returns the reference until now of the one that has its reference then, perhaps its own. */
    int remove(int reference) {
        Slab slab = slab(reference >>> NUMBER_BITS);
        slab.remove(reference & NUMBER_MASK);
        return reference(reference >>> NUMBER_BITS, slab.count());
    }

    /** The last record of this class or of the nearest one below that has any; zero if none has. */
    int last(int from) {
        for (int kind = Math.min(from, slabs.length - 1); kind > 0; kind--) {
            if (count(kind) > 0) {
                return reference(kind, count(kind) - 1);
            }
        }
        return 0;
    }

    /** The record before this one, which may have left, or zero behind the first of all. */
    int before(int reference) {
        int kind = reference >>> NUMBER_BITS;
        int number = Math.min(reference & NUMBER_MASK, count(kind));
        return number > 0 ? reference(kind, number - 1) : last(kind - 1);
    }

    /** The last of all records, or zero. */
    int last() {
        return last(CLASSES);
    }

    private int count(int kind) {
        Slab slab = kind < slabs.length ? slabs[kind] : null;
        return slab == null ? 0 : slab.count();
    }

    private Slab slab(int kind) {
        return Objects.requireNonNull(slabs[kind]);
    }

    private static int reference(int kind, int number) {
        return kind << NUMBER_BITS | number;
    }
}
