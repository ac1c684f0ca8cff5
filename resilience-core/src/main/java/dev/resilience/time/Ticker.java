package dev.resilience.time;

/** Exact monotonic time. Thread-safe. */
@FunctionalInterface
public interface Ticker {

    /** Nanoseconds since an arbitrary origin; it may be negative and may overflow, so compare by difference. */
    long nanos();

    /** The ticker of the JVM. */
    static Ticker system() {
        return System::nanoTime;
    }
}
