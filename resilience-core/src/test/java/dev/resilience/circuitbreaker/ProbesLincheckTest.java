package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing but probes that come and go, so that most of what is tried is a race for the last seat. */
@Param(name = "caller", gen = ThreadIdGen.class)
@Param(name = "finding", gen = IntGen.class, conf = "0:2")
@Tag("lincheck")
public class ProbesLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final int MOST_CALLERS = 8;

    /** It opens so long ago that every look at it finds the open wait over. */
    private static final long LONG_AGO = -1_000_000_000_000L;

    private static final Settings SETTINGS = Settings.of(Configurations.of(
            CircuitBreakerConfiguration.class,
            Map.of("consecutive-failures", "1", "probes", "2", "window", "10", "probe-lease", "1d")));

    private final Circuit circuit = new Circuit(SETTINGS, new ManualTime(0).time(), (from, to, reason) -> {});
    private final Pass[] passes = new Pass[MOST_CALLERS];

    public ProbesLincheckTest() {
        Pass.Counted pass = (Pass.Counted) circuit.admit(0, 0);
        circuit.open(pass, "to begin with", LONG_AGO, Circuit.UNASKED);
    }

    @Operation
    public String enter(@Param(name = "caller") int caller) {
        passes[caller] = circuit.admit(0, 0);
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

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .iterations(3 * ITERATIONS)
                .invocationsPerIteration(100)
                .check(ProbesLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .iterations(3 * ITERATIONS)
                .invocationsPerIteration(200)
                .check(ProbesLincheckTest.class);
    }
}
