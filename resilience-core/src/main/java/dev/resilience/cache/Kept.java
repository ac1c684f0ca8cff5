package dev.resilience.cache;

import dev.resilience.Admission;

/** One result in the store. Immutable, but for when it may be loaded anew. Thread-safe. */
final class Kept {

    private final Admission answer;
    private final String operation;
    private final long since;
    private final long deadline;
    private final long dueAt;
    private volatile long refreshableAt;

    /**
     * @param answer what a hit is answered with
     * @param operation which operation gave it
     * @param since the tick at which it was kept
     */
    Kept(Admission answer, String operation, long since, Lifetime lifetime) {
        this.answer = answer;
        this.operation = operation;
        this.since = since;
        this.deadline = since + lifetime.freshNanos();
        this.dueAt = since + Math.min(lifetime.dueNanos(), lifetime.freshNanos());
        this.refreshableAt = dueAt;
    }

    Admission answer() {
        return answer;
    }

    String operation() {
        return operation;
    }

    long since() {
        return since;
    }

    /** The tick from which on it is no hit any more, unless it may be given while it is loaded anew. */
    long deadline() {
        return deadline;
    }

    /** Whether there is more to think about than to give it: its time is over, or will be soon. */
    boolean isDue(long tick) {
        return dueAt - tick <= 0;
    }

    boolean isOver(long tick) {
        return deadline - tick <= 0;
    }

    /** By how much its time is over; negative while it isn't. */
    long overdueNanos(long tick) {
        return tick - deadline;
    }

    long ageNanos(long tick) {
        return tick - since;
    }

    /** Whether nothing speaks against loading it anew, if it is due. */
    boolean isRefreshable(long tick) {
        return refreshableAt - tick <= 0;
    }

    /** It isn't loaded anew before that tick, because that has just failed. */
    void leaveAloneUntil(long tick) {
        refreshableAt = tick;
    }
}
