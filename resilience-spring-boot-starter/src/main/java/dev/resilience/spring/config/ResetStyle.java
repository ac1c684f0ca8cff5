package dev.resilience.spring.config;

/** How {@code X-RateLimit-Reset} tells a moment. */
public enum ResetStyle {
    /** Seconds since 1970, for clients whose clocks are right. */
    EPOCH,
    /** Seconds from now. */
    DELTA
}
