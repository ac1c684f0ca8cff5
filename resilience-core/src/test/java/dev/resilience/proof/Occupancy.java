package dev.resilience.proof;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who is at work behind a bulkhead, seen from the work itself: calls of which some body has begun and hasn't really ended.
 * It knows nothing of seats, so it can tell whether the bulkhead speaks the truth. Thread-safe.
 */
final class Occupancy {

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** The most calls that were at work at once. */
    int most() {
        return most.get();
    }

    /** How many are at work. */
    int now() {
        return calls.get();
    }

    /** One call; a retry may give it several bodies, and those that were given up may overlap with the next ones. */
    final class Party {
        private final AtomicInteger bodies = new AtomicInteger();

        /** A body begins. @return what to run when it ends, however often */
        synchronized Runnable begin() {
            if (bodies.getAndIncrement() == 0) {
                most.accumulateAndGet(calls.incrementAndGet(), Math::max);
            }
            AtomicBoolean ended = new AtomicBoolean();
            return () -> {
                if (ended.compareAndSet(false, true)) {
                    end();
                }
            };
        }

        private synchronized void end() {
            if (bodies.decrementAndGet() == 0) {
                calls.decrementAndGet();
            }
        }
    }
}
