package dev.resilience.circuitbreaker;

import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls, orders and the end of a circuit in every interleaving: what is let in, what is counted and what is ordered is
 * either before the end, which then doesn't come, or is told that the circuit is gone.
 */
@Tag("lincheck")
public class KeyCircuitLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 6);

    private static final String ELSEWHERE = "elsewhere";

    private static final Settings SETTINGS = Settings.of(Configurations.of(
            CircuitBreakerConfiguration.class,
            Map.of("failures-in-window", "10", "window", "10", "minimum-calls", "10")));

    private final Circuit circuit = new Circuit(SETTINGS, new ManualTime().time(), (from, to, reason) -> {});

    /** A failed call; tells whether it has to be counted elsewhere. */
    @Operation
    public String fail() {
        Pass pass = circuit.passIfClosed();
        if (pass == null) {
            pass = circuit.admit(0, 0);
        }
        if (!(pass instanceof Pass.Counted counted)) {
            return pass == Pass.Elsewhere.INSTANCE ? ELSEWHERE : pass.getClass().getSimpleName();
        }
        String reason = circuit.count(counted, true, false, 0);
        if (reason != null) {
            circuit.open(counted, reason, 0, Circuit.UNASKED);
        }
        return circuit.hasLeft() ? ELSEWHERE : "here";
    }

    /** It leaves if nothing counts against it. Who tries once may be kept from it by any rival, such as who tries too. */
    @Operation(nonParallelGroup = "who takes it out")
    public boolean leave() {
        boolean left = false;
        while (!left && isClean(circuit.state())) {
            left = circuit.leave(KeyCircuitLincheckTest::isClean) != null;
        }
        return left;
    }

    private static boolean isClean(State state) {
        return state instanceof State.Closed closed && closed.pass().isClean(0);
    }

    @Operation
    public boolean forceOpen() {
        return circuit.forceOpen(0);
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsBefore(0)
                .actorsPerThread(2)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(500)
                .check(KeyCircuitLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsBefore(0)
                .actorsPerThread(2)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(500)
                .check(KeyCircuitLincheckTest.class);
    }
}
