package dev.resilience.ratelimit;

import java.math.BigInteger;

/**
 * So many permits in so many nanoseconds, as exact arithmetic: what a time gives back in whole permits, the part of a
 * permit that is left over, and how long something takes to come back. A left over part is counted in permits divided by
 * the nanoseconds, so that nothing is ever rounded but the answers, and those never in a caller's favour. Immutable.
 *
 * <p>A product that doesn't fit into a long is calculated in big integers: after centuries, or at limits nobody reaches.
 */
record Rate(long permits, long nanos) {

    /** The whole permits that come back in this time, on top of a part that was left over; as many as fit. */
    long permitsIn(long time, long part) {
        long product = time * permits;
        if (Math.multiplyHigh(time, permits) == 0 && product >= 0 && product + part >= 0) {
            return (product + part) / nanos;
        }
        return clamped(returned(time, part).divide(BigInteger.valueOf(nanos)));
    }

    /** What is left over beside {@link #permitsIn}, from 0 to the nanoseconds. */
    long partIn(long time, long part) {
        long product = time * permits;
        if (Math.multiplyHigh(time, permits) == 0 && product >= 0 && product + part >= 0) {
            return (product + part) % nanos;
        }
        return returned(time, part).mod(BigInteger.valueOf(nanos)).longValueExact();
    }

    /** The shortest time in which so many permits come back, on top of a part that was left over. */
    long timeFor(long count, long part) {
        long product = count * nanos;
        if (Math.multiplyHigh(count, nanos) == 0 && product >= 0) {
            return (product - part - 1) / permits + 1;
        }
        BigInteger missing =
                BigInteger.valueOf(count).multiply(BigInteger.valueOf(nanos)).subtract(BigInteger.valueOf(part));
        return clamped(missing.subtract(BigInteger.ONE)
                .divide(BigInteger.valueOf(permits))
                .add(BigInteger.ONE));
    }

    private BigInteger returned(long time, long part) {
        return BigInteger.valueOf(time).multiply(BigInteger.valueOf(permits)).add(BigInteger.valueOf(part));
    }

    private static long clamped(BigInteger number) {
        return number.bitLength() < Long.SIZE ? number.longValue() : Long.MAX_VALUE;
    }
}
