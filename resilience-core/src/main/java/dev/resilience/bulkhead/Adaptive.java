package dev.resilience.bulkhead;

/** How the number of seats follows what the guarded work bears. */
public enum Adaptive {
    /** It doesn't. */
    NONE,
    /** One seat more at a time while nothing queues up behind them, a tenth less when something does. */
    AIMD,
    /** In proportion to how much of the latency is waiting. */
    GRADIENT
}
