package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.configuration.Configurations;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Every interleaving of calls, probes and orders is one of calls that come and go one by one. */
@Param(name = "caller", gen = ThreadIdGen.class)
@Param(name = "finding", gen = IntGen.class, conf = "0:2")
public class CircuitLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final int MOST_CALLERS = 8;

    /** It opens so long ago that every look at it finds the open wait over. */
    private static final long LONG_AGO = -1_000_000_000_000L;

    private static final Settings SETTINGS = Settings.of(Configurations.of(
            CircuitBreakerConfiguration.class,
            Map.of("consecutive-failures", "1", "probes", "2", "window", "10", "probe-lease", "1d")));

    private final Circuit circuit = new Circuit(SETTINGS, 0, () -> 0.5, (from, to, reason) -> {});
    private final Pass[] passes = new Pass[MOST_CALLERS];

    public CircuitLincheckTest() {
        Pass.Counted pass = (Pass.Counted) circuit.admit(0);
        circuit.open(pass, "to begin with", LONG_AGO, Circuit.UNASKED);
    }

    @Operation
    public String enter(@Param(name = "caller") int caller) {
        passes[caller] = circuit.admit(0);
        return passes[caller].getClass().getSimpleName();
    }

    @Operation
    public void leave(@Param(name = "caller") int caller, @Param(name = "finding") int finding) {
        Pass pass = passes[caller];
        passes[caller] = null;
        Finding found = Finding.values()[finding];
        if (pass instanceof Pass.Probe probe) {
            circuit.conclude(probe, found, LONG_AGO, Circuit.UNASKED);
        } else if (pass instanceof Pass.Counted counted && found == Finding.BAD) {
            circuit.open(counted, "it failed", LONG_AGO, Circuit.UNASKED);
        }
    }

    @Operation
    public void forceOpen() {
        circuit.forceOpen();
    }

    @Operation
    public void close() {
        circuit.close(0);
    }

    @Operation
    public CircuitBreakerState state() {
        return circuit.state().state();
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(50)
                .check(CircuitLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .check(CircuitLincheckTest.class);
    }
}
