package dev.resilience.bulkhead;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Every interleaving of coming, waiting, giving up and leaving is one of a line of guests served one by one. */
@Param(name = "guest", gen = ThreadIdGen.class)
public class SeatsLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 4);
    private static final int MOST_GUESTS = 8;

    private final Seats seats = new Seats(1, 1);
    private final Ticket[] tickets = new Ticket[MOST_GUESTS];
    private final boolean[] seated = new boolean[MOST_GUESTS];

    @Operation
    public String come(@Param(name = "guest") int guest) {
        if (seated[guest] || tickets[guest] != null) {
            return "is here";
        }
        if (seats.tryTake()) {
            seated[guest] = true;
            return "seated";
        }
        return "full";
    }

    @Operation
    public String line(@Param(name = "guest") int guest) {
        if (seated[guest] || tickets[guest] != null) {
            return "is here";
        }
        tickets[guest] = seats.takeOrWait();
        return tickets[guest] == null ? "full" : "in line or seated";
    }

    @Operation
    public boolean ask(@Param(name = "guest") int guest) {
        return tickets[guest] != null && seats.isSeatedAfterAll(tickets[guest]);
    }

    @Operation
    public void leave(@Param(name = "guest") int guest) {
        if (seated[guest]) {
            seated[guest] = false;
            seats.leave();
        } else if (tickets[guest] != null) {
            Ticket ticket = tickets[guest];
            tickets[guest] = null;
            seats.leave(ticket);
        }
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .iterations(ITERATIONS)
                .invocationsPerIteration(60)
                .check(SeatsLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(SeatsLincheckTest.class);
    }
}
