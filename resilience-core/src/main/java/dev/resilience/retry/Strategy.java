package dev.resilience.retry;

/** How the wait grows from retry to retry, before jitter. */
public enum Strategy {
    /** The same each time: {@code delay}. */
    FIXED,
    /** {@code delay}, twice {@code delay}, three times {@code delay}, … */
    LINEAR,
    /** {@code delay}, then each time {@code multiplier} times as long. */
    EXPONENTIAL,
    /** Anything between {@code delay} and {@code max-delay}, each as likely; jitter adds nothing to that. */
    RANDOM
}
