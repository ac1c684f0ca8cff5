package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every interleaving of calls, probes, leases, alarms and orders is one of calls that come and go one by one. */
@Param(name = "caller", gen = ThreadIdGen.class)
@Param(name = "finding", gen = IntGen.class, conf = "0:2")
@Param(name = "when", gen = IntGen.class, conf = "0:2")
@Tag("lincheck")
public class CircuitLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final int MOST_CALLERS = 8;

    /** What is opened or closed at the first of them is done with its wait or ramp at the second; a lease ends with the third. */
    private static final long[] TIMES = {-7_200_000_000_000L, 0, 7_200_000_000_000L};

    private static final Settings SETTINGS = Settings.of(Configurations.of(
            CircuitBreakerConfiguration.class,
            Map.of(
                    "consecutive-failures", "1",
                    "probes", "2",
                    "window", "10",
                    "probe-lease", "1h",
                    "ramp", "1h",
                    "automatic-half-open", "true")));

    private final ManualTime time = new ManualTime(0);
    private final Circuit circuit = new Circuit(SETTINGS, time.time(), (from, to, reason) -> {});
    private final Pass[] passes = new Pass[MOST_CALLERS];
    private final Open[] alarms = new Open[MOST_CALLERS];

    public CircuitLincheckTest() {
        Pass.Counted pass = (Pass.Counted) circuit.admit(0, 0);
        circuit.open(pass, "to begin with", TIMES[0], Circuit.UNASKED);
    }

    @Operation
    public String enter(@Param(name = "caller") int caller, @Param(name = "when") int when) {
        Pass pass = circuit.admit(TIMES[when], TIMES[when]);
        passes[caller] = pass;
        return pass instanceof Pass.Refusal refusal
                ? refusal.state().name()
                : pass.getClass().getSimpleName();
    }

    @Operation
    public void leave(
            @Param(name = "caller") int caller, @Param(name = "finding") int finding, @Param(name = "when") int when) {
        Pass pass = passes[caller];
        passes[caller] = null;
        Finding found = Finding.values()[finding];
        if (pass instanceof Pass.Probe probe) {
            circuit.conclude(probe, found, TIMES[when], Circuit.UNASKED);
        } else if (pass instanceof Pass.Counted counted && found == Finding.BAD) {
            circuit.open(counted, "it failed", TIMES[when], Circuit.UNASKED);
        }
    }

    @Operation
    public void setAlarm(@Param(name = "caller") int caller) {
        alarms[caller] = circuit.state() instanceof Open open ? open : null;
    }

    @Operation
    public void ring(@Param(name = "caller") int caller) {
        if (alarms[caller] != null) {
            circuit.wake(alarms[caller], TIMES[2]);
        }
    }

    @Operation
    public void forceOpen() {
        circuit.forceOpen(0);
    }

    @Operation
    public void disable() {
        circuit.disable(0);
    }

    @Operation
    public void close() {
        circuit.close(0);
    }

    @Operation
    public void reconfigure() {
        circuit.reconfigure(SETTINGS, 0);
    }

    @Operation
    public String state() {
        State state = circuit.state();
        int openings = state instanceof Open open ? open.openings() : 0;
        return state.getClass().getSimpleName() + " " + state.state() + " " + openings;
    }

    /** Whoever raced, an open wait has its alarm, and nothing else is left scheduled. */
    @Validate
    public void onlyAnOpenWaitHasAnAlarm() {
        int expected = circuit.state() instanceof Open ? 1 : 0;
        if (time.scheduled() != expected) {
            throw new IllegalStateException(time.scheduled() + " alarms while " + circuit.state());
        }
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(5 * ITERATIONS)
                .invocationsPerIteration(50)
                .check(CircuitLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(5 * ITERATIONS)
                .invocationsPerIteration(200)
                .check(CircuitLincheckTest.class);
    }
}
