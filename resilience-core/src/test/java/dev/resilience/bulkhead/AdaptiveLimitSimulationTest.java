package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.bulkhead.Backend.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The adaptive limit against a queueing model. Thirty seconds after the number of servers has changed, the limit, averaged
 * over the last five of them, is within a fifth of the optimum, and nearly all that can be done is done.
 */
class AdaptiveLimitSimulationTest {

    private static final Percentage A_FIFTH = Percentage.withPercentage(20);
    private static final long SEEDS = Long.getLong("resilience.proof.seeds", 3);

    private static final Service CONSTANT = random -> 1;
    private static final Service EVEN = random -> 0.5 + random.nextDouble();
    private static final Service LOGNORMAL = random -> Math.exp(0.5 * random.nextGaussian() - 0.125);
    private static final Service EXPONENTIAL = random -> -Math.log(1 - random.nextDouble());

    static Stream<Arguments> backends() {
        List<Arguments> backends = new ArrayList<>();
        for (String adaptive : List.of("aimd", "gradient")) {
            for (int servers : new int[] {10, 40}) {
                backends.add(Arguments.of(adaptive, servers, 0.02, "constant", CONSTANT));
                backends.add(Arguments.of(adaptive, servers, 0.02, "evenly distributed", EVEN));
                backends.add(Arguments.of(adaptive, servers, 0.02, "lognormal", LOGNORMAL));
            }
            backends.add(Arguments.of(adaptive, 40, 0.01, "exponential", EXPONENTIAL));
            backends.add(Arguments.of(adaptive, 4, 0.005, "constant", CONSTANT));
            backends.add(Arguments.of(adaptive, 20, 0.2, "constant", CONSTANT));
        }
        return backends.stream();
    }

    @ParameterizedTest(name = "{0}: {1} servers, {2} s, {3}")
    @MethodSource("backends")
    void findsTheOptimumWithinThirtySecondsOfAStepUpAndDown(
            String adaptive, int servers, double seconds, String distribution, Service service) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Backend backend = backend(adaptive, servers, seconds, service, seed).run(60);

            reaches(backend.servers(2 * servers).run(25).run(5), 2 * servers, seconds, "up, seed " + seed);
            reaches(backend.servers(servers).run(25).run(5), servers, seconds, "down, seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBigStepDownIsNotMistakenForASlowerBackend(Adaptive adaptive) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Backend backend = backend(adaptive.name(), 40, 0.02, LOGNORMAL, seed)
                    .run(60)
                    .servers(10)
                    .run(25)
                    .run(5);

            reaches(backend, 10, 0.02, "seed " + seed);
        }
    }

    /** It starts with five times as many as are right, so the first latency it sees is five times too long. */
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aLatencyLearnedUnderLoadDoesNotStick(Adaptive adaptive) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Map<String, String> knobs = Map.of("adaptive", adaptive.name(), "initial-concurrent", "50");
            Backend backend = new Backend(knobs, 10, 0.02, EVEN, seed).run(25).run(5);

            assertThat(backend.noLoadSeconds()).isCloseTo(0.02, Percentage.withPercentage(15));
            reaches(backend, 10, 0.02, "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBackendThatIsSlowerForGoodKeepsItsConcurrency(Adaptive adaptive) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Backend backend = backend(adaptive.name(), 20, 0.01, EVEN, seed)
                    .run(60)
                    .mean(0.03)
                    .run(25)
                    .run(5);

            assertThat(backend.noLoadSeconds()).isCloseTo(0.03, Percentage.withPercentage(10));
            reaches(backend, 20, 0.03, "slower, seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void doesNotDriftWhileItIsHardlyUsed(Adaptive adaptive) {
        Backend backend = backend(adaptive.name(), 40, 0.02, LOGNORMAL, 1)
                .run(60)
                .arrivals(200)
                .run(5);
        int learned = backend.limit();

        backend.run(600);

        assertThat(backend.limit()).isEqualTo(learned);
        assertThat(backend.meanLimit()).isEqualTo(learned);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void doesNotMoveWhileNobodyCallsAndGoesOnWhereItWas(Adaptive adaptive) {
        Backend backend = backend(adaptive.name(), 40, 0.02, LOGNORMAL, 1)
                .run(60)
                .arrivals(0.01)
                .run(5);
        int learned = backend.limit();

        backend.run(36_000);
        assertThat(backend.limit()).isEqualTo(learned);

        reaches(backend.arrivals(0).run(5).run(5), 40, 0.02, "after a night");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void quickFailuresTeachNothing(Adaptive adaptive) {
        Service quickOnes = random -> random.nextInt(5) == 0 ? 0.01 : 1.2475;
        Backend backend = backend(adaptive.name(), 20, 0.02, quickOnes, 1)
                .failing(0.2, new IllegalStateException("refused"))
                .run(60);

        assertThat(backend.run(5).meanLimit()).isCloseTo(20, A_FIFTH);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void anOccasionalTimeoutIsNoOverload(Adaptive adaptive) {
        Backend backend = backend(adaptive.name(), 20, 0.02, EVEN, 1)
                .failing(0.03, Backend.timeout())
                .run(60);

        reaches(backend.run(5), 20, 0.02, "with timeouts");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void manyTimeoutsLowerTheLimitToTheLeastAndItComesBack(Adaptive adaptive) {
        Backend backend = backend(adaptive.name(), 20, 0.02, EVEN, 1).run(60);

        backend.failing(0.5, Backend.timeout()).run(60);
        assertThat(backend.limit()).isEqualTo(1);

        reaches(backend.failing(0, Backend.timeout()).run(55).run(5), 20, 0.02, "again");
    }

    /** Who retreats from what isn't the calls' doing retreats for ever. */
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void timeoutsThatDoNotFallWithTheCallsDoNotCloseIt(Adaptive adaptive) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Backend backend = backend(adaptive.name(), 20, 0.02, EVEN, seed)
                    .run(60)
                    .failing(0.2, Backend.timeout())
                    .run(60);

            reaches(backend.run(5), 20, 0.02, "with timeouts, seed " + seed);
        }
    }

    @Test
    void staysWithinItsBounds() {
        Map<String, String> knobs = Map.of("adaptive", "gradient", "min-concurrent", "15", "max-concurrent", "25");

        assertThat(new Backend(knobs, 5, 0.02, EVEN, 1).run(60).run(5).meanLimit())
                .isBetween(15.0, 20.0);
        assertThat(new Backend(knobs, 50, 0.02, EVEN, 1).run(60).run(5).meanLimit())
                .isCloseTo(25, Percentage.withPercentage(10));
    }

    private static Backend backend(String adaptive, int servers, double seconds, Service service, long seed) {
        return new Backend(Map.of("adaptive", adaptive), servers, seconds, service, seed);
    }

    private static void reaches(Backend backend, int optimum, double seconds, String when) {
        double most = optimum / seconds * 5;
        assertThat(backend.meanLimit()).as("limit, " + when).isCloseTo(optimum, A_FIFTH);
        assertThat((double) backend.done()).as("done, " + when).isGreaterThan(0.85 * most);
    }
}
