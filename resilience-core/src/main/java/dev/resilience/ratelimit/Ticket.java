package dev.resilience.ratelimit;

/**
 * The answer to a charge in one number: refused, or when it was charged, whether that lies ahead, and whether a shared
 * bucket paid. Zero is no ticket, so that a call that remembers none remembers zero.
 */
final class Ticket {

    /** Nothing was charged. */
    static final long REFUSED = -1;

    private static final long AHEAD = 1;
    private static final long SHARED = 2;
    private static final int FLAGS = 2;

    private Ticket() {}

    static long at(long time, boolean ahead) {
        return time << FLAGS | (ahead ? AHEAD : 0);
    }

    static long shared(long ticket) {
        return ticket == REFUSED ? REFUSED : ticket | SHARED;
    }

    static boolean isShared(long ticket) {
        return (ticket & SHARED) != 0;
    }

    static boolean isAhead(long ticket) {
        return (ticket & AHEAD) != 0;
    }

    static long time(long ticket) {
        return ticket >>> FLAGS;
    }
}
