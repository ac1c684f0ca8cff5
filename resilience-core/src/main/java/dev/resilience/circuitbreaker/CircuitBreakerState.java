package dev.resilience.circuitbreaker;

/** Where a circuit breaker stands. */
public enum CircuitBreakerState {
    /** Calls pass and are counted. */
    CLOSED,
    /** Calls are refused until the open wait is over. */
    OPEN,
    /** A few probes pass, everybody else is refused. */
    HALF_OPEN,
    /** Calls are refused until an operator says otherwise. */
    FORCED_OPEN,
    /** Calls pass and are not counted until an operator says otherwise. */
    DISABLED
}
