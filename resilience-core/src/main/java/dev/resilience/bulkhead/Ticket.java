package dev.resilience.bulkhead;

import java.util.concurrent.CompletableFuture;

/** A place in the line for a seat. The {@link Seats} that gave it moves it under their lock. */
final class Ticket {

    /** Where a ticket stands. It only ever moves downwards. */
    enum State {
        WAITING,
        SEATED,
        GONE
    }

    private final CompletableFuture<Void> signal = new CompletableFuture<>();
    private volatile State state;

    Ticket(State state) {
        this.state = state;
    }

    /** Completes when the ticket has been given a seat, outside any lock. */
    CompletableFuture<Void> signal() {
        return signal;
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
}
