package dev.resilience.circuitbreaker;

/** What a window holds: how many calls, how many of them failed, and how many were slow. */
record WindowCounts(long calls, long failures, long slow) {

    static final WindowCounts NONE = new WindowCounts(0, 0, 0);

    /** The failed calls in percent; 0 where there are no calls. */
    double failureRate() {
        return percent(failures);
    }

    /** The slow calls in percent; 0 where there are no calls. */
    double slowRate() {
        return percent(slow);
    }

    private double percent(long part) {
        return calls == 0 ? 0 : 100.0 * part / calls;
    }
}
