package dev.resilience.cache;

import dev.resilience.Admission;
import org.jspecify.annotations.Nullable;

/**
 * One result in the store, or the failure to load one. Immutable.
 *
 * @param answer what a hit is answered with
 * @param operation which operation gave it
 * @param since the tick at which it was kept
 * @param deadline the tick from which on it is no hit any more
 * @param weight how much of the room it takes up
 * @param failed what else there is to know where it is a failure; null where it is a result
 */
record Kept(
        Admission answer,
        String operation,
        long since,
        long deadline,
        int weight,
        @Nullable FailedLoad failed) {

    /** A result. */
    Kept(Admission answer, String operation, long since, long deadline, int weight) {
        this(answer, operation, since, deadline, weight, null);
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

    /** The result, or the one that is kept behind the failure; null if there is none. */
    @Nullable Kept good() {
        return failed == null ? this : failed.good();
    }

    Kept weighing(int other) {
        return new Kept(answer, operation, since, deadline, other, failed);
    }

    Kept ofFailure(FailedLoad other, int otherWeight) {
        return new Kept(answer, operation, since, deadline, otherWeight, other);
    }
}
