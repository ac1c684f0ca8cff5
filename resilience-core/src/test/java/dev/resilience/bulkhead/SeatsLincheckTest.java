package dev.resilience.bulkhead;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of coming, waiting by priority, shedding, giving up, leaving and resizing is one of a line of guests
 * served one by one.
 */
@Param(name = "guest", gen = ThreadIdGen.class)
@Param(name = "priority", gen = IntGen.class, conf = "-1:1")
@Param(name = "limit", gen = IntGen.class, conf = "1:2")
@Tag("lincheck")
public class SeatsLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 4);
    private static final int MOST_GUESTS = 8;

    private final Bounds bounds = new Bounds(1, 1, 80);
    private final Seats seats = new Seats(bounds);
    private final Ticket[] tickets = new Ticket[MOST_GUESTS];
    private final boolean[] seated = new boolean[MOST_GUESTS];

    @Operation
    public String come(@Param(name = "guest") int guest) {
        if (seated[guest] || tickets[guest] != null) {
            return "is here";
        }
        seated[guest] = seats.tryTake();
        return seated[guest] ? "seated" : "full";
    }

    @Operation
    public String line(@Param(name = "guest") int guest, @Param(name = "priority") int priority) {
        if (seated[guest] || tickets[guest] != null) {
            return "is here";
        }
        tickets[guest] = seats.takeOrWait(priority, 0);
        return tickets[guest] == null ? "full" : "in line or seated";
    }

    @Operation
    public String endWait(@Param(name = "guest") int guest) {
        return tickets[guest] == null
                ? "doesn't wait"
                : seats.endWait(tickets[guest]).name();
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

    @Operation(nonParallelGroup = "owner")
    public void resize(@Param(name = "limit") int limit) {
        bounds.set(limit, 1, 80);
        seats.handOn();
    }

    @Operation
    public boolean retire() {
        return seats.retire(0);
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(60)
                .check(SeatsLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(SeatsLincheckTest.class);
    }
}
