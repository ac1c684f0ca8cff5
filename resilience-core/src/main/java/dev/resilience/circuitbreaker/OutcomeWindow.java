package dev.resilience.circuitbreaker;

import org.jspecify.annotations.Nullable;

/** The recent outcomes of a closed breaker. Thread-safe. */
sealed interface OutcomeWindow permits CountWindow, TimeWindow {

    /** An empty window. */
    static OutcomeWindow of(Window window, long tick) {
        return window.span() == null
                ? new CountWindow(window.calls())
                : new TimeWindow(window.span().toNanos(), tick);
    }

    /** Records an outcome and tells what the window holds now; null where it holds neither failures nor slow calls. */
    @Nullable WindowCounts record(boolean failed, boolean slow, long tick);

    /** What the window holds. */
    WindowCounts tally(long tick);

    /** Whether it forgets by time, and not by calls. */
    boolean isOfTime();

    /**
     * A window of another size with what this one holds, as far as it fits: calls cannot be told from times, so a window
     * of the other sort begins empty.
     */
    OutcomeWindow resized(Window window, long tick);
}
