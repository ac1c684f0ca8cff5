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

    /**
     * Records an outcome and tells what the window holds now; null where that can't be a reason to open: where it holds
     * neither failures nor slow calls, or where one more good call only makes what was told before look better.
     *
     * @param enough how many calls have to be in a window for its rates to be looked at
     */
    @Nullable WindowCounts record(boolean failed, boolean slow, long tick, int enough);

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
