package dev.resilience.circuitbreaker;

/**
 * How long a breaker stays open: longer each time it opens again without having closed, up to a bound.
 *
 * <p>Chance only takes something off: the instances of a service that opened together don't probe together, and what the
 * configuration says is never exceeded.
 *
 * @param jitter the share of the wait that chance may take off, from 0 to 1
 */
record OpenWait(long firstNanos, double multiplier, long longestNanos, double jitter) {

    static OpenWait of(CircuitBreakerConfiguration configuration) {
        return new OpenWait(
                configuration.openWait().toNanos(),
                configuration.openWaitMultiplier(),
                configuration.maxOpenWait().toNanos(),
                configuration.openWaitJitter() / 100);
    }

    /**
     * The wait of this opening.
     *
     * @param opening 1 for the first opening since the breaker was closed
     * @param random from 0 to 1
     */
    long nanos(int opening, double random) {
        double grown = Math.min(firstNanos * Math.pow(multiplier, opening - 1), longestNanos);
        return (long) (grown * (1 - jitter * random));
    }

    /** The wait somebody else asks for, within the bound. */
    long bounded(long askedNanos) {
        return Math.min(askedNanos, longestNanos);
    }
}
