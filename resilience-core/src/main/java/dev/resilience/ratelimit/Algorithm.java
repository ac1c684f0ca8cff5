package dev.resilience.ratelimit;

/** How calls are counted against a limit. */
public enum Algorithm {
    /** In any window, however placed, at most as many permits as the limit says. */
    SLIDING_WINDOW,

    /** Permits come back evenly, and up to a burst of them may be taken at once. */
    TOKEN_BUCKET,

    /** At most as many permits as the limit says in each window of the calendar, such as a day. */
    FIXED_WINDOW
}
