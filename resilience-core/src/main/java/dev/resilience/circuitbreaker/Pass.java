package dev.resilience.circuitbreaker;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a breaker gives a call on its way in, and wants back on its way out. A pass is recognised by its identity, which
 * makes it its own generation: what comes back with a pass of former times counts nowhere.
 */
sealed interface Pass {

    /** Go in and be counted: one for all calls between a closing and the next opening. */
    final class Counted implements Pass {

        private final AtomicInteger streak = new AtomicInteger();
        private volatile OutcomeWindow window;

        Counted(OutcomeWindow window) {
            this.window = window;
        }

        OutcomeWindow window() {
            return window;
        }

        /** Outcomes on their way into the former window may be lost. */
        void resize(Window size, long tick) {
            window = window.resized(size, tick);
        }

        /** Whether no failure and no slow call counts in it. */
        boolean isClean(long tick) {
            WindowCounts tally = window.tally(tick);
            return streak.get() == 0 && tally.failures() == 0 && tally.slow() == 0;
        }

        /** Failures one after the other, this outcome included. Success after success writes nothing. */
        int streak(boolean failed) {
            if (failed) {
                return streak.incrementAndGet();
            }
            if (streak.get() != 0) {
                streak.set(0);
            }
            return 0;
        }
    }

    /** Go in and find out: a lease that ends by itself. */
    final class Probe implements Pass {

        private final long end;

        Probe(long end) {
            this.end = end;
        }

        boolean isOver(long now) {
            return now - end >= 0;
        }
    }

    /** Go in; nobody counts. */
    enum Uncounted implements Pass {
        INSTANCE
    }

    /** The circuit has left: look for another one. */
    enum Elsewhere implements Pass {
        INSTANCE
    }

    /**
     * Don't go in.
     *
     * @param end when the open wait is over, where that is known
     */
    record Refusal(CircuitBreakerState state, boolean ends, long end) implements Pass {

        static final Refusal NO_SEAT = new Refusal(CircuitBreakerState.HALF_OPEN, false, 0);
        static final Refusal FORCED = new Refusal(CircuitBreakerState.FORCED_OPEN, false, 0);
        static final Refusal RAMP = new Refusal(CircuitBreakerState.CLOSED, false, 0);

        static Refusal until(long end) {
            return new Refusal(CircuitBreakerState.OPEN, true, end);
        }
    }
}
