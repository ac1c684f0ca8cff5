package dev.resilience.ratelimit;

/** How calls are counted against a limit. */
public enum Algorithm {
    /** In any window, however placed, at most as many permits as the limit says. */
    SLIDING_WINDOW
}
