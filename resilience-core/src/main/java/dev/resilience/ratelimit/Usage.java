package dev.resilience.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What one key has used of its limits at one moment; of a limiter without keys, what everybody has.
 *
 * @param windows one for each limit, shortest window first
 */
public record Usage(List<Window> windows) implements Serializable {

    public Usage {
        windows = List.copyOf(windows);
    }

    /** The window with the smallest remaining share: the one to tell a caller about. */
    public Window tightest() {
        Window tightest = windows.get(0);
        for (Window window : windows) {
            tightest = window.share() < tightest.share() ? window : tightest;
        }
        return tightest;
    }

    /**
     * One window.
     *
     * @param limit what is allowed
     * @param capacity the largest cost that ever passes: the permits of the limit; of a token bucket its burst
     * @param remaining the largest cost that would pass now
     * @param resetNanos nanoseconds until the next permit returns; zero if none is used
     */
    public record Window(Limit limit, long capacity, long remaining, long resetNanos) implements Serializable {

        /** What is used, as far as the limit goes. */
        public long used() {
            return capacity - remaining;
        }

        /** When the next permit returns, from now; zero if none is used. */
        public Duration reset() {
            return Duration.ofNanos(resetNanos);
        }

        private double share() {
            return (double) remaining / capacity;
        }
    }
}
