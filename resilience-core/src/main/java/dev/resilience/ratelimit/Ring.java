package dev.resilience.ratelimit;

/**
 * Where a ring inside an array begins, how long it is and how much it can hold, packed into one word of that array.
 *
 * <p>The lowest 21 bits are the count, then a bit that says that the newest entry is final, 21 bits head, 5 bits exponent
 * of the capacity. The 16 bits above belong to whoever owns the array and are left alone here.
 */
final class Ring {

    /** The largest capacity a ring grows to. */
    static final int LARGEST = 1 << 20;

    private static final int COUNT_BITS = 21;
    private static final int HEAD_SHIFT = COUNT_BITS + 1;
    private static final int HEAD_BITS = 21;
    private static final int EXPONENT_BITS = 5;
    private static final int EXPONENT_SHIFT = HEAD_SHIFT + HEAD_BITS;
    private static final int OWNER_SHIFT = EXPONENT_SHIFT + EXPONENT_BITS;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final long FINAL = 1L << COUNT_BITS;
    private static final long HEAD_MASK = (1L << HEAD_BITS) - 1;
    private static final long EXPONENT_MASK = (1L << EXPONENT_BITS) - 1;
    private static final long OWNER_MASK = -1L << OWNER_SHIFT;

    private Ring() {}

    static int count(long ring) {
        return (int) (ring & COUNT_MASK);
    }

    static int capacity(long ring) {
        return 1 << (int) (ring >>> EXPONENT_SHIFT & EXPONENT_MASK);
    }

    /** The place of an entry, counted from the oldest. */
    static int place(long ring, int entry) {
        return (head(ring) + entry) & (capacity(ring) - 1);
    }

    static int owner(long ring) {
        return (int) (ring >>> OWNER_SHIFT);
    }

    static long ownedBy(long ring, int owner) {
        return ring & ~OWNER_MASK | (long) owner << OWNER_SHIFT;
    }

    /** The ring without its oldest entry. */
    static long withoutOldest(long ring) {
        int head = place(ring, 1);
        return (ring & ~(HEAD_MASK << HEAD_SHIFT) | (long) head << HEAD_SHIFT) - 1;
    }

    /** Whether the newest entry is said to be where it belongs. */
    static boolean isNewestFinal(long ring) {
        return (ring & FINAL) != 0;
    }

    static long withNewestFinal(long ring) {
        return ring | FINAL;
    }

    static long withNewestOpen(long ring) {
        return ring & ~FINAL;
    }

    /** The ring with one more entry, for which there has to be room. */
    static long longer(long ring) {
        return ring + 1;
    }

    /** The ring without its newest entry. */
    static long shorter(long ring) {
        return ring - 1;
    }

    /** The ring with this capacity, a power of two, and its oldest entry in the first place. */
    static long straightened(long ring, int capacity) {
        long exponent = Integer.numberOfTrailingZeros(capacity);
        return ring & (OWNER_MASK | FINAL) | exponent << EXPONENT_SHIFT | count(ring);
    }

    private static int head(long ring) {
        return (int) (ring >>> HEAD_SHIFT & HEAD_MASK);
    }
}
