package dev.resilience.key;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Two keys, room for one: in no interleaving of comings, leavings and sweeps is a key in two states at once. */
@Param(name = "caller", gen = ThreadIdGen.class)
@Param(name = "key", gen = IntGen.class, conf = "0:1")
public class KeyedStatesLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final int MOST_CALLERS = 8;

    private final KeyedStates<Turnstile> states =
            new KeyedStates<>(new Digests(7, 11), 1, key -> new Turnstile(), () -> {});
    private final Witness[] witnesses = {new Witness(), new Witness()};
    private final Turnstile[] held = new Turnstile[MOST_CALLERS];
    private final int[] keys = new int[MOST_CALLERS];

    /** Tells what must never be, so that every history in which it is, is none of callers one by one. */
    @Operation
    public boolean enter(@Param(name = "caller") int caller, @Param(name = "key") int key) {
        if (held[caller] != null) {
            return false;
        }
        held[caller] = Turnstile.enter(states, key, 0);
        keys[caller] = key;
        return witnesses[key].clashes(held[caller]);
    }

    @Operation
    public void leave(@Param(name = "caller") int caller) {
        Turnstile state = held[caller];
        if (state == null) {
            return;
        }
        held[caller] = null;
        witnesses[keys[caller]].leaves();
        state.leaves();
        states.retire(state, keys[caller], 0);
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(KeyedStatesLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .check(KeyedStatesLincheckTest.class);
    }
}
