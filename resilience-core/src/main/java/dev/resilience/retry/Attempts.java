package dev.resilience.retry;

import java.util.ArrayList;
import java.util.List;

/** What a call remembers of its failed attempts. Made at the first failure; used by one thread at a time. */
final class Attempts {

    private static final int PLENTY = 32;

    private final List<Throwable> failures = new ArrayList<>();
    private long lastWaitNanos;

    /** How many attempts have failed before the one that is judged now. */
    int failed() {
        return failures.size();
    }

    /** The wait before the attempt that is judged now; 0 for the first. */
    long lastWaitNanos() {
        return lastWaitNanos;
    }

    void retriedAfter(Throwable failure, long waitNanos) {
        failures.add(failure);
        lastWaitNanos = waitNanos;
    }

    /**
     * Suppresses the earlier failures into the last one, which is the one that goes out.
     *
     * <p>Some applications throw one shared instance again and again: it is not suppressed into itself, no failure is
     * suppressed twice, and nothing is added to an instance that has collected plenty, or it would grow for ever.
     */
    void suppressInto(Throwable last) {
        for (Throwable earlier : failures) {
            boolean full = last.getSuppressed().length >= Math.max(PLENTY, failures.size());
            if (!full && !Reach.holds(last, earlier) && !Reach.holds(earlier, last)) {
                last.addSuppressed(earlier);
            }
        }
    }
}
