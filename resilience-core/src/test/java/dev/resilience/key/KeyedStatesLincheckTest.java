package dev.resilience.key;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two keys, room for one: in no interleaving of comings, leavings and sweeps is a key in two states at once. */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Tag("lincheck")
public class KeyedStatesLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);

    private final KeyedStates<Turnstile> states =
            new KeyedStates<>(new Digests(7, 11), 1, key -> new Turnstile(), () -> {});
    private final Witness[] witnesses = {new Witness(), new Witness()};

    /** Tells what must never be, so that no history in which it is, is one of callers that come one by one. */
    @Operation
    public boolean visit(@Param(name = "key") int key) {
        Turnstile state = Turnstile.enter(states, key, 0);
        boolean clashes = witnesses[key].clashes(state);
        witnesses[key].leaves();
        state.leaves();
        states.retire(state, key, 0);
        return clashes;
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        interleave(500);
    }

    @Tag("long")
    @Test
    void holdsUnderFourTimesAsManySystematicInterleavings() {
        interleave(2_000);
    }

    private static void interleave(int invocations) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(invocations)
                .addGuarantee(forClasses(ConcurrentHashMap.class.getName())
                        .allMethods()
                        .treatAsAtomic())
                .addGuarantee(forClasses(Digests.class.getName()).allMethods().ignore())
                .check(KeyedStatesLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(2_000)
                .check(KeyedStatesLincheckTest.class);
    }
}
