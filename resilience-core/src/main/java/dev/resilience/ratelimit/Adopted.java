package dev.resilience.ratelimit;

/**
 * When a block was taken over from another algorithm, in the first word of the block, below its writer: in milliseconds,
 * because there is room for no more. What was charged before can't be told apart there, and is not refunded.
 */
final class Adopted {

    private static final long MASK = (1L << 48) - 1;
    private static final int MILLISECOND_BITS = 20;

    private Adopted() {}

    /** The first word of a block that is taken over at this time. */
    static long at(long first, long time) {
        return first & ~MASK | time >>> MILLISECOND_BITS;
    }

    /** Whether what was charged at this time was charged to the block itself. */
    static boolean isBefore(long first, long time) {
        long adopted = first & MASK;
        return adopted == 0 || time >>> MILLISECOND_BITS > adopted;
    }
}
