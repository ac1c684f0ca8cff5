package dev.resilience.cache;

import dev.resilience.Admission;

/**
 * One result in the store. Immutable.
 *
 * @param answer what a hit is answered with
 * @param operation which operation gave it
 * @param since the tick at which it was kept
 * @param deadline the tick from which on it is no hit any more
 * @param number tells it from all others of its cache
 */
record Kept(Admission answer, String operation, long since, long deadline, long number) {

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
}
