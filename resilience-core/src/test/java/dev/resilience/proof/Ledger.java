package dev.resilience.proof;

import dev.resilience.ratelimit.Limit;
import dev.resilience.ratelimit.Limits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The naive twin of sliding windows: it remembers every charge, and adds them up in big integers whenever it is asked.
 * Times are nanoseconds since a common origin.
 */
final class Ledger {

    private static final long LARGEST_LOG = 64;
    private static final BigInteger SLOTS = BigInteger.valueOf(60);

    private final Limits limits;
    private final List<BigInteger[]> charges = new ArrayList<>();

    Ledger(Limits limits) {
        this.limits = limits;
    }

    void charge(long time, long cost) {
        charges.add(new BigInteger[] {BigInteger.valueOf(time), BigInteger.valueOf(cost)});
    }

    /** Whether this cost would keep every window that ends now. A limiter that lets more pass admits too many. */
    boolean fits(long now, long cost) {
        return limits.all().stream().allMatch(limit -> room(limit, now).compareTo(BigInteger.valueOf(cost)) >= 0);
    }

    /** Whether this cost would fit even if everything counted one slot longer. A limiter that refuses it loses permits. */
    boolean fitsGenerously(long now, long cost) {
        return limits.all().stream()
                .allMatch(limit -> roomForSure(limit, now).compareTo(BigInteger.valueOf(cost)) >= 0);
    }

    /** What is left of the limit. */
    BigInteger room(Limit limit, long now) {
        return room(limit, now, window(limit));
    }

    /** What is at least left of the limit: where slots are used, a charge counts for up to one slot longer. */
    BigInteger roomForSure(Limit limit, long now) {
        return room(limit, now, countsFor(limit));
    }

    private BigInteger room(Limit limit, long now, BigInteger countsFor) {
        BigInteger since = BigInteger.valueOf(now).subtract(countsFor);
        return charges.stream()
                .filter(charge -> charge[0].compareTo(since) > 0)
                .map(charge -> charge[1])
                .reduce(BigInteger.valueOf(limit.permits()), BigInteger::subtract);
    }

    private static BigInteger countsFor(Limit limit) {
        BigInteger window = window(limit);
        return limit.permits() <= LARGEST_LOG ? window : slot(window).multiply(SLOTS.add(BigInteger.ONE));
    }

    /** A sixtieth, rounded up to whole nanoseconds. */
    private static BigInteger slot(BigInteger window) {
        return window.add(SLOTS).subtract(BigInteger.ONE).divide(SLOTS);
    }

    private static BigInteger window(Limit limit) {
        return BigInteger.valueOf(limit.window().toNanos());
    }
}
