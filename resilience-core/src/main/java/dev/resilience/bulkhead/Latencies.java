package dev.resilience.bulkhead;

/**
 * What the calls of a while tell: how long they took, how surely that is their mean, and among how many each of them was.
 * Not thread-safe.
 */
final class Latencies {

    private final long opens;
    private int calls;
    private int overloads;
    private double mean;
    private double squares;
    private long company;
    private int most;

    /** @param opens from when on calls that end are told, in nanoseconds */
    Latencies(long opens) {
        this.opens = opens;
    }

    /** Nanoseconds since it is open; negative while it isn't. */
    long openFor(long now) {
        return now - opens;
    }

    /**
     * A call ended well.
     *
     * @param nanos how long it took: a clock that is coarser than a call says no time at all, which nothing can be a share of
     * @param inUse the seats in use then, its own among them
     */
    void add(long nanos, int inUse) {
        long took = Math.max(1, nanos);
        calls++;
        double off = took - mean;
        mean += off / calls;
        squares += off * (took - mean);
        company += inUse;
        most = Math.max(most, inUse);
    }

    /** A call ended as calls do that were one too many. */
    void addOverload(int inUse) {
        overloads++;
        most = Math.max(most, inUse);
    }

    int calls() {
        return calls + overloads;
    }

    /** The share of the calls that were too many. */
    double overloaded() {
        return overloads / (double) calls();
    }

    /** Nanoseconds; 0 if no call ended well. */
    double mean() {
        return mean;
    }

    /** The standard error of the mean, as a share of it. */
    double uncertainty() {
        return calls < 2 ? 1 : Math.sqrt(squares / (calls - 1) / calls) / mean;
    }

    /** How many seats were in use, on average over the calls that ended. */
    double concurrency() {
        return company / (double) calls;
    }

    /** The most seats that were in use. */
    int most() {
        return most;
    }
}
