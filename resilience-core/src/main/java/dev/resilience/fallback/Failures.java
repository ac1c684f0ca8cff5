package dev.resilience.fallback;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call and its fallbacks failed with so far, the latest first.
 *
 * @param latest the latest failure
 * @param earlier those before it
 */
record Failures(@Nullable Throwable latest, @Nullable Failures earlier) {

    /**
     * Suppresses these failures into the last one, the oldest first. A fallback often throws what it was given, or
     * wraps it: what the last failure already tells of isn't told twice, and what tells of the last failure would close
     * a circle.
     */
    void suppressInto(Throwable last) {
        if (earlier != null) {
            earlier.suppressInto(last);
        }
        if (latest != null && !tellsOf(last, latest) && !tellsOf(latest, last)) {
            last.addSuppressed(latest);
        }
    }

    private static boolean tellsOf(Throwable teller, Throwable told) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        visit(teller, seen);
        return seen.contains(told);
    }

    private static void visit(@Nullable Throwable throwable, Set<Throwable> seen) {
        if (throwable == null || !seen.add(throwable)) {
            return;
        }
        visit(throwable.getCause(), seen);
        for (Throwable suppressed : throwable.getSuppressed()) {
            visit(suppressed, seen);
        }
    }
}
