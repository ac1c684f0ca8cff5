package dev.resilience.bulkhead;

/** How a limit goes on after a while of calls, between its bounds and where it was used. Not thread-safe. */
sealed interface LimitRule {

    /**
     * The limit after this while.
     *
     * @param limit the limit in force
     * @param latency the mean latency of the while
     * @param noLoad the latency without load, with what can be an accident added to it
     * @param latencies how many latencies long the while was
     */
    double next(double limit, double latency, double noLoad, double latencies);

    /** The rule of this name. */
    static LimitRule of(Adaptive adaptive) {
        return adaptive == Adaptive.AIMD ? new Aimd() : new Gradient();
    }

    /** By how much a limit that was too high falls. */
    double BACK_OFF = 0.9;

    /**
     * Additive increase, multiplicative decrease, by Chiu and Jain (1989), with their sign of congestion: something queues.
     * Up by one in two latencies, by no more than a tenth at once; a tenth down.
     */
    final class Aimd implements LimitRule {

        private static final double QUEUES = 1.05;
        private static final double MOST_AT_ONCE = 0.1;
        private static final double LEAST_AT_ONCE = 0.5;

        @Override
        public double next(double limit, double latency, double noLoad, double latencies) {
            if (latency > QUEUES * noLoad) {
                return limit * BACK_OFF;
            }
            return limit + Math.min(latencies / 2, Math.max(LEAST_AT_ONCE, MOST_AT_ONCE * limit));
        }
    }

    /**
     * The share of the latency that isn't waiting, times the limit, is by Little's law how many calls are being worked on.
     * That many, and a few more to find out whether more can be: the few become more the longer nothing speaks against
     * it. The share is never taken for less than a half, and half of the way is gone at once.
     */
    final class Gradient implements LimitRule {

        private static final double LEAST_GRADIENT = 0.5;
        private static final double SMOOTHING = 0.5;
        private static final double HEADROOM = 0.06;
        private static final double LEAST_HEADROOM = 0.5;
        private static final int PATIENCE = 3;
        private static final int MOST_HEADROOM = 4;

        private int clear;

        @Override
        public double next(double limit, double latency, double noLoad, double latencies) {
            double gradient = Math.max(LEAST_GRADIENT, Math.min(1, noLoad / latency));
            clear = gradient < 1 ? 0 : clear + 1;
            double headroom = HEADROOM * Math.min(MOST_HEADROOM, 1 + Math.max(0, clear - PATIENCE));
            double target = limit * gradient + Math.max(LEAST_HEADROOM, headroom * limit);
            return limit + SMOOTHING * (target - limit);
        }
    }
}
