package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Hedger;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Percentiles of the last minutes, beside those that are taken of all durations in a row. */
class RecentDurationsTest {

    private static final long START = Long.MAX_VALUE - 1_000_000;
    private static final long MILLISECOND = 1_000_000;

    static Stream<ToDoubleFunction<RandomGenerator>> shapes() {
        return Stream.of(
                random -> 5e6 * random.nextDouble(),
                random -> -20e6 * Math.log(1 - random.nextDouble()),
                random -> 30e6 * Math.exp(1.5 * random.nextGaussian()),
                random -> random.nextInt(20) == 0 ? 2e9 : 10e6,
                random -> 100e9 / (1 + 1e4 * random.nextDouble()),
                random -> 3e3 * random.nextDouble());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void tellsTheTruePercentileOrASixteenthMore(ToDoubleFunction<RandomGenerator> shape) {
        for (double share : new double[] {0.5, 0.9, 0.95, 0.99, 0.999}) {
            SplittableRandom random = new SplittableRandom(42);
            RecentDurations durations = new RecentDurations(share, START);
            long[] all = LongStream.generate(() -> (long) shape.applyAsDouble(random))
                    .limit(16 * 1_000)
                    .toArray();
            Arrays.stream(all).forEach(nanos -> durations.took(nanos, START));

            Arrays.sort(all);
            long exact = all[(int) Math.ceil(all.length * share) - 1];
            assertThat(durations.nanos(START)).as("p" + 100 * share).isBetween(exact, exact + exact / 16 + 1024);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.95, 0.99})
    void tellsNothingFromTooFew(double share) {
        RecentDurations durations = new RecentDurations(share, START);
        long enough = Math.round(5 / (1 - share));

        for (long took = 1; took < enough; took++) {
            durations.took(MILLISECOND, START);
            assertThat(durations.nanos(START)).isEqualTo(Hedger.NEVER);
        }
        for (int took = 0; took < 16; took++) {
            durations.took(MILLISECOND, START);
        }
        assertThat(durations.nanos(START)).isBetween(MILLISECOND, MILLISECOND + MILLISECOND / 16 + 1024);
    }

    @Test
    void forgetsWhatIsThreeMinutesAgo() {
        RecentDurations durations = new RecentDurations(0.5, START);
        take(durations, 100, 50 * MILLISECOND, START);
        take(durations, 32, MILLISECOND, START + Duration.ofSeconds(179).toNanos());
        assertThat(durations.nanos(START + Duration.ofSeconds(179).toNanos())).isGreaterThan(50 * MILLISECOND - 1);

        assertThat(durations.nanos(START + Duration.ofSeconds(180).toNanos())).isLessThan(2 * MILLISECOND);
    }

    @Test
    void tellsNothingAfterALongSilence() {
        RecentDurations durations = new RecentDurations(0.5, START);
        take(durations, 100, MILLISECOND, START);

        assertThat(durations.nanos(START + Duration.ofDays(2).toNanos())).isEqualTo(Hedger.NEVER);
    }

    @Test
    void countsInTheCurrentSlotWhatComesFromAnEarlierOne() {
        RecentDurations durations = new RecentDurations(0.5, START);
        take(durations, 16, MILLISECOND, START + Duration.ofSeconds(31).toNanos());

        take(durations, 16, MILLISECOND, START);

        assertThat(durations.nanos(START)).isBetween(MILLISECOND, 2 * MILLISECOND);
    }

    @Test
    void knowsEveryDurationThereIs() {
        for (long nanos : new long[] {-1, 0, 1, 1023, 1024, Long.MAX_VALUE}) {
            RecentDurations durations = new RecentDurations(0.5, START);
            take(durations, 16, nanos, START);

            assertThat(durations.nanos(START)).isBetween(1L, 1L << 42);
        }
    }

    @Test
    void takesAnotherShareAtOnce() {
        RecentDurations durations = new RecentDurations(0.99, START);
        take(durations, 900, MILLISECOND, START);
        take(durations, 124, 100 * MILLISECOND, START);
        assertThat(durations.nanos(START)).isGreaterThan(99 * MILLISECOND);

        durations.share(0.5);

        assertThat(durations.nanos(START)).isLessThan(2 * MILLISECOND);
    }

    private static void take(RecentDurations durations, int times, long nanos, long now) {
        for (int took = 0; took < times; took++) {
            durations.took(nanos, now);
        }
    }
}
