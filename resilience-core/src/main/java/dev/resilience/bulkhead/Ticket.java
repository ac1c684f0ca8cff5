package dev.resilience.bulkhead;

import java.util.concurrent.CompletableFuture;

/**
 * A place in the line for a seat. The {@link Seats} that gave it move it under their lock.
 *
 * <p>In a line the more important stand before the less important, and among equals who came first.
 */
final class Ticket implements Comparable<Ticket> {

    /** Where a ticket stands. It only ever moves downwards. */
    enum State {
        /** In the line. */
        WAITING,
        /** On a seat. */
        SEATED,
        /** Out of the line, because somebody more important needed the place. */
        SHED,
        /** It holds nothing any more. */
        GONE
    }

    private final CompletableFuture<Void> signal = new CompletableFuture<>();
    private final Seats seats;
    private final int priority;
    private final long arrival;
    private final long since;
    private volatile State state;
    /** When its call went in, in nanoseconds; 0 where nobody asks. Belongs to the call. */
    long wentIn;

    /**
     * @param arrival tells who came first
     * @param since when the wait began, in nanoseconds
     */
    Ticket(Seats seats, int priority, long arrival, long since, State state) {
        this.seats = seats;
        this.priority = priority;
        this.arrival = arrival;
        this.since = since;
        this.state = state;
    }

    /** Completes when the ticket has been given a seat, or was shed, outside any lock. */
    CompletableFuture<Void> signal() {
        return signal;
    }

    Seats seats() {
        return seats;
    }

    int priority() {
        return priority;
    }

    long since() {
        return since;
    }

    boolean isSeated() {
        return state == State.SEATED;
    }

    /** Moves on and tells where the ticket stood before. */
    State move(State next) {
        State before = state;
        state = next;
        return before;
    }

    @Override
    public int compareTo(Ticket other) {
        int byPriority = Integer.compare(other.priority, priority);
        return byPriority != 0 ? byPriority : Long.compare(arrival, other.arrival);
    }
}
