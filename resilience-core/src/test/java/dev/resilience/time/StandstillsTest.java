package dev.resilience.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandstillsTest {

    private static final long FINEST = Pulse.FINEST_TOLERANCE;
    /** The tick of a real clock may overflow. */
    private static final long START = Long.MAX_VALUE - 1_000 * FINEST;

    private final Standstills standstills = new Standstills(START);
    private final List<long[]> all = new ArrayList<>();
    private long tick = START;
    private long end = START;

    @Test
    void tellsTheEndOfAStandstillToWhoAsksAboutItsMiddle() {
        standstills.record(START + 1, START + 10 * FINEST);
        assertThat(standstills.lastToldBefore(START + 1, FINEST)).isEqualTo(START + 1);
        assertThat(standstills.lastToldBefore(START + 2, FINEST)).isEqualTo(START + 10 * FINEST);
        assertThat(standstills.lastToldBefore(START + 10 * FINEST, FINEST)).isEqualTo(START + 10 * FINEST);
        assertThat(standstills.lastToldBefore(START + 10 * FINEST + 1, FINEST)).isEqualTo(START + 10 * FINEST + 1);
    }

    @Test
    void doesNotTellWhatIsTolerated() {
        standstills.record(START, START + 3 * FINEST);
        assertThat(standstills.lastToldBefore(START + 1, 4 * FINEST)).isEqualTo(START + 1);
        assertThat(standstills.lastToldBefore(START + 1, 2 * FINEST)).isEqualTo(START + 3 * FINEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 1_000, 1_000_000})
    void agreesWithWhoRemembersEverythingForAThousandTolerances(int longest) {
        Random random = new Random(longest);
        for (int step = 0; step < 9_000; step++) {
            stand(random, longest);
            long tolerance = FINEST << random.nextInt(12);
            long instant = tick - random.nextLong(1_000 * tolerance);
            long told = standstills.lastToldBefore(instant, tolerance);
            assertThat(told - lastTold(instant, tolerance)).as("step %d", step).isNotNegative();
            assertThat(told - lastTold(instant, 0)).as("step %d", step).isNotPositive();
        }
    }

    private void stand(Random random, int longest) {
        long stood = tick;
        tick = end + random.nextLong(FINEST * longest);
        end = tick + (random.nextInt(4) == 0 ? random.nextLong(FINEST * longest) : 0);
        standstills.record(stood, end);
        all.add(new long[] {stood, end});
    }

    private long lastTold(long instant, long tolerance) {
        long last = instant;
        for (long[] one : all) {
            boolean told = one[0] - instant < 0 && one[1] - one[0] > tolerance;
            last = told && one[1] - last > 0 ? one[1] : last;
        }
        return last;
    }
}
