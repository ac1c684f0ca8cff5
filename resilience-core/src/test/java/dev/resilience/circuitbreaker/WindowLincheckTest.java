package dev.resilience.circuitbreaker;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Outcomes that race are outcomes one by one: the last three of a window of calls, and the newest epoch of a slot. Reading a
 * whole ring of epochs is no single step and isn't meant to be one, so the ring here has one slot.
 */
@Param(name = "outcome", gen = IntGen.class, conf = "0:3")
@Param(name = "epoch", gen = IntGen.class, conf = "1:4")
@Tag("lincheck")
public class WindowLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);

    private static final int NEVER = Integer.MAX_VALUE;

    private final OutcomeWindow window = OutcomeWindow.of(Window.ofCalls(3), 0);
    private final EpochRing ring = new EpochRing(1);

    @Operation
    public String record(@Param(name = "outcome") int outcome) {
        return String.valueOf(window.record(outcome % 2 == 1, outcome / 2 == 1, 0, NEVER));
    }

    @Operation
    public String succeed() {
        return String.valueOf(window.record(false, false, 0, NEVER));
    }

    @Operation
    public String tally() {
        return window.tally(0).toString();
    }

    @Operation
    public void add(@Param(name = "epoch") int epoch) {
        ring.add(epoch, 1);
    }

    @Operation
    public long sum(@Param(name = "epoch") int epoch) {
        return ring.sum(epoch);
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(5 * ITERATIONS)
                .invocationsPerIteration(100)
                .check(WindowLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(5 * ITERATIONS)
                .invocationsPerIteration(500)
                .check(WindowLincheckTest.class);
    }
}
