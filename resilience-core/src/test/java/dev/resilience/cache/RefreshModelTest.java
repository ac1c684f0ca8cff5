package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.cache.RefreshModel.Way;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Loads before callers and behind them that take their time, in an order that chance makes up: results are loaded anew shortly
 * before their end or after it, failures are kept and covered, and all of it is invalidated by key, prefix, operation, or
 * altogether. Time goes to where something ends, and just before or past it. After every step each caller has been answered or
 * is waiting, and each method has been invoked as often, as a plain model says.
 */
class RefreshModelTest {

    private static final int STEPS = 200;

    @Test
    void aHundredThousandStepsDoWhatTheModelSays() {
        prove(100_000);
    }

    @Tag("long")
    @Test
    void aMillionStepsDoWhatTheModelSays() {
        prove(1_000_000);
    }

    private static void prove(int steps) {
        Map<String, Integer> seen = new HashMap<>();
        for (int seed = 0; seed < steps / STEPS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try (RefreshWorld world = new RefreshWorld(random, random.nextBoolean())) {
                for (int step = 0; step < STEPS; step++) {
                    String deed = world.step("seed " + seed + ", step " + step);
                    seen.merge(deed, 1, Integer::sum);
                    world.assertAsTheModelSays("seed " + seed + ", step " + step + ", " + deed + ", " + world.rules);
                }
                world.assertNobodyIsStuck("seed " + seed + ", " + world.rules);
            }
        }
        for (Way way : Way.values()) {
            assertThat(seen.get("asked: " + way)).as("%s of %s", way, seen).isGreaterThan(steps / 1_000);
        }
        assertThat(seen.keySet())
                .contains("gave", "failed", "covered", "handed over", "left", "gave up alone")
                .contains("dropped a key", "dropped a prefix", "dropped an operation", "dropped all");
    }
}
