package dev.resilience.failure;

import java.util.List;

/** Suppresses what a call failed with before into what it fails with at last, so that nothing of it gets lost. */
public final class Suppression {

    private static final int PLENTY = 32;

    private Suppression() {}

    /**
     * Suppresses these failures, the oldest first, into the last one.
     *
     * <p>Some applications throw one shared instance again and again, and fallbacks throw or wrap what they were given:
     * nothing is suppressed into itself or twice, no circle is closed, and nothing is added to an instance that has
     * collected plenty, or it would grow for ever.
     */
    public static void into(Throwable last, List<Throwable> earlier) {
        int most = Math.max(PLENTY, earlier.size());
        for (Throwable one : earlier) {
            boolean full = last.getSuppressed().length >= most;
            if (!full && !Reach.holds(last, one) && !Reach.holds(one, last)) {
                last.addSuppressed(one);
            }
        }
    }
}
