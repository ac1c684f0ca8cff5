package dev.resilience.proof;

import java.util.SplittableRandom;
import java.util.function.Function;

/** Random walks, told apart by their seeds. */
final class Walks {

    private static final int STEPS = 120;

    /** How many a long proof takes. */
    static final long LONG = Long.getLong("resilience.proof.walks", 100_000);

    private Walks() {}

    /** One walk: its text says where it goes. */
    interface Walk {
        void step();
    }

    /** Takes so many walks to their ends. */
    static void take(long walks, Function<SplittableRandom, ? extends Walk> beginning) {
        for (long seed = 0; seed < walks; seed++) {
            Walk walk = beginning.apply(new SplittableRandom(seed));
            try {
                for (int step = 0; step < STEPS; step++) {
                    walk.step();
                }
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed + ": " + walk, thrown);
            }
        }
    }
}
