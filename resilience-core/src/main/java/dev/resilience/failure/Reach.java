package dev.resilience.failure;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What can be reached from a throwable by causes and suppressed ones: whoever adds to it must not close a circle. Where one
 * of them can't be looked into, everything is taken as reached: it would break whoever prints what it was added to.
 */
final class Reach {

    /** Beyond that many it is taken as reached: not adding is safe. */
    private static final int FURTHEST = 256;

    private Reach() {}

    /** Whether the wanted one is the start itself, or below it; compared by identity. */
    static boolean holds(Throwable start, Throwable wanted) {
        try {
            return finds(start, wanted);
        } catch (Throwable sealed) {
            return true;
        }
    }

    private static boolean finds(Throwable start, Throwable wanted) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>();
        open.add(start);
        while (!open.isEmpty() && seen.size() < FURTHEST) {
            Throwable next = open.poll();
            if (next == wanted) {
                return true;
            }
            if (seen.add(next)) {
                if (next.getCause() != null) {
                    open.add(next.getCause());
                }
                Collections.addAll(open, next.getSuppressed());
            }
        }
        return !open.isEmpty();
    }
}
