package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.proof.Crowd.Manners;
import dev.resilience.proof.SharedClock.Wound;
import dev.resilience.ratelimit.Limit;
import dev.resilience.ratelimit.Limits;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sixty-four threads on one limiter; an oracle that knows nothing of it looks at every decision afterwards. No window holds
 * more than its limit, no call is refused that had room, and at saturation the stated share is delivered.
 *
 * <p>The long form spreads {@code resilience.proof.decisions} (10⁸ unless set) over the same scenarios.
 */
class OverAdmissionTest {

    private static final Logger LOG = LoggerFactory.getLogger(OverAdmissionTest.class);
    private static final long SHORT = 250_000;
    private static final long LONG = Long.getLong("resilience.proof.decisions", 100_000_000L);
    private static final long ROUND = 4_000_000;
    private static final int SCENARIOS = 17;
    private static final int FEW = 100;
    private static final int SLOTS = 60;
    private static final long LARGEST_LOG = 64;

    @ParameterizedTest
    @OnHostileClocks
    void noWindowIsOverfullWhateverTheClockDoes(
            String limits, int keys, int cost, int returns, long step, long leap, Wound wound) throws Exception {
        virtual(SHORT, limits, new Manners(keys, cost, returns), step, leap, wound);
    }

    @Tag("long")
    @ParameterizedTest
    @OnHostileClocks
    void noWindowIsOverfullWhateverTheClockDoesForLong(
            String limits, int keys, int cost, int returns, long step, long leap, Wound wound) throws Exception {
        virtual(LONG / SCENARIOS, limits, new Manners(keys, cost, returns), step, leap, wound);
    }

    @ParameterizedTest
    @OnRealClocks
    void noWindowIsOverfullOnTheClocksOfTheMachine(String limits, int keys, int cost, int returns) throws Exception {
        real(SHORT, limits, new Manners(keys, cost, returns));
    }

    @Tag("long")
    @ParameterizedTest
    @OnRealClocks
    void noWindowIsOverfullOnTheClocksOfTheMachineForLong(String limits, int keys, int cost, int returns)
            throws Exception {
        real(LONG / SCENARIOS, limits, new Manners(keys, cost, returns));
    }

    @ParameterizedTest
    @CsvSource({"50/1s", "64/1m", "65/1s", "300/1s", "1000/1m"})
    void atSaturationTheStatedShareIsDelivered(String text) throws Exception {
        Limit limit = Limit.parse(text);
        long window = limit.window().toNanos();
        int windows = 30;
        int steps = 30_000;
        try (SharedClock clock = new SharedClock(window / steps, 0, Wound.STEADILY)) {
            Limiter limiter = Limiter.unkeyed(clock.time(), "limits=" + text);
            Crowd crowd = new Crowd(limiter, clock, new Manners(1, 1, 0)).call((long) windows * steps);
            long late = Crowd.THREADS * (window / steps);
            long cycle = countsFor(limit) + late;
            assertThat(Oracle.fullest(crowd.passed, window)).isLessThanOrEqualTo(limit.permits());
            assertThat((long) crowd.passed.size()).isGreaterThanOrEqualTo(limit.permits() * (crowd.elapsed() / cycle));
            LOG.info("{}: delivered {} %", text, 100 * share(crowd.passed.byStart(), limit));
        }
    }

    /** What passed after the first burst, of what may at most, until the last one passed. */
    private static double share(long[][] passed, Limit limit) {
        long lasted = passed[passed.length - 1][0] - passed[0][0];
        return (double) (passed.length - limit.permits())
                / limit.permits()
                * limit.window().toNanos()
                / lasted;
    }

    /** An oracle that finds nothing proves nothing: it finds one call too many, and one permit lost. */
    @Test
    void theOracleSeesOneTooManyAndOneTooFew() {
        Sightings passed = new Sightings();
        for (int call = 0; call < 10; call++) {
            passed.add(100L * call, 100L * call + 1, 0, 1);
        }
        assertThat(Oracle.fullest(passed, 501)).isEqualTo(5);
        assertThat(Oracle.fullest(passed, 502)).isEqualTo(6);
        Sightings refused = new Sightings();
        refused.add(950, 951, 0, 1);
        assertThat(Oracle.unjustified(refused, passed, new long[][] {{5, 500}})).isZero();
        assertThat(Oracle.unjustified(refused, passed, new long[][] {{6, 500}})).isOne();
    }

    private static void virtual(long decisions, String limits, Manners manners, long step, long leap, Wound wound)
            throws Exception {
        for (long left = decisions; left > 0; left -= ROUND) {
            try (SharedClock clock = new SharedClock(step, leap, wound)) {
                Crowd crowd = crowd(limits, manners, clock.time()).call(Math.min(left, ROUND));
                judge(crowd, limits, manners);
                if (wound != Wound.BY_A_THREAD) {
                    judgeRefusals(crowd, limits, manners, clock.longestGap());
                }
            }
        }
    }

    private static void real(long decisions, String limits, Manners manners) throws Exception {
        for (long left = decisions; left > 0; left -= ROUND) {
            try (ThreadPulse pulse = new ThreadPulse(Ticker.system());
                    ThreadScheduler scheduler = new ThreadScheduler()) {
                Time time = new Time(Ticker.system(), pulse, scheduler, InstantSource.system(), RandomSource.system());
                Crowd crowd = crowd(limits, manners, time).call(Math.min(left, ROUND));
                judge(crowd, limits, manners);
            }
        }
    }

    private static Crowd crowd(String limits, Manners manners, Time time) {
        Limiter limiter = manners.keys() == 1
                ? Limiter.unkeyed(time, "limits=" + limits)
                : Limiter.keyed(time, "limits=" + limits);
        return new Crowd(limiter, time.ticker(), manners);
    }

    private static void judge(Crowd crowd, String text, Manners manners) {
        Sightings[] passed = crowd.passed.byKey(manners.keys());
        for (int key = 0; key < manners.keys(); key++) {
            for (Limit limit : Limits.parse(text).all()) {
                assertThat(Oracle.fullest(passed[key], limit.window().toNanos()))
                        .as("%s of key %d", limit, key)
                        .isLessThanOrEqualTo(limit.permits());
            }
        }
        LOG.info(
                "{} with {}: {} decisions, {} passed, {} returned, {} s",
                text,
                manners,
                crowd.decisions(),
                crowd.passed.size(),
                crowd.returned.size(),
                crowd.elapsed() / 1e9);
        assertThat(crowd.passed.size()).isGreaterThan(FEW);
        assertThat(crowd.refused.size()).isGreaterThan(FEW);
    }

    /** Whoever is refused had no room, though a slot may count for as much longer as the tick stood still. */
    private static void judgeRefusals(Crowd crowd, String text, Manners manners, long standstill) {
        Sightings[] charged = crowd.charged().byKey(manners.keys());
        Sightings[] refused = crowd.refused.byKey(manners.keys());
        long[][] counting = Limits.parse(text).all().stream()
                .map(limit -> new long[] {limit.permits(), countsFor(limit) + (isExact(limit) ? 0 : standstill)})
                .toArray(long[][]::new);
        for (int key = 0; key < manners.keys(); key++) {
            assertThat(Oracle.unjustified(refused[key], charged[key], counting))
                    .as("refused with room, key %d", key)
                    .isZero();
        }
    }

    /** How long a permit may count: the window, and one slot more where slots are used, and a bit of one. */
    private static long countsFor(Limit limit) {
        long window = limit.window().toNanos();
        return isExact(limit) ? window : window + window / SLOTS + window / SLOTS / 8 + 1;
    }

    private static boolean isExact(Limit limit) {
        return limit.permits() <= LARGEST_LOG;
    }

    /**
     * Limits, keys, largest cost, share that returns, step and leap of the clock, and who winds it. The last ones offer hardly
     * more than the limit, so that charges are spread over all slots.
     */
    @Retention(RetentionPolicy.RUNTIME)
    @CsvSource(
            delimiter = '|',
            value = {
                "50/1ms                      |    1 | 1 | 0 |   200 |   3000000 | BY_A_THREAD",
                "64/20ms,500/1s              |    1 | 3 | 8 |  9000 |  90000000 | STEADILY",
                "2000/1s                     |    1 | 1 | 8 | 50000 | 300000000 | BADLY",
                "1000/1s                     |    1 | 1 | 0 |  9000 |  90000000 | BY_A_THREAD",
                "300/1s,2000/10s,9000/1m     |    1 | 3 | 8 | 90000 | 900000000 | STEADILY",
                "20/1ms,1000/100ms,5000/1s   |    1 | 2 | 0 |   500 |   9000000 | STEADILY",
                "7/5ms,200/50ms              |   64 | 2 | 8 |   500 |   9000000 | BY_A_THREAD",
                "200/2s,5000/1m              |   40 | 2 | 8 | 90000 | 900000000 | STEADILY",
                "300/1s,9000/1m              |   10 | 2 | 8 | 90000 | 900000000 | BADLY",
                "2000/1s                     |    1 | 1 | 0 | 1300000 |        0 | BADLY",
                "500/1s,20000/1m             |    1 | 1 | 8 | 5000000 | 50000000 | BADLY",
                "9000/1m                     |    1 | 1 | 8 | 17000000 |       0 | BY_A_THREAD",
            })
    private @interface OnHostileClocks {}

    /** Limits, keys, largest cost, share that returns. */
    @Retention(RetentionPolicy.RUNTIME)
    @CsvSource(
            delimiter = '|',
            value = {
                "64/5ms                   |  1 | 1 | 0",
                "500/10ms,20000/1s        |  1 | 3 | 8",
                "20000/1s                 |  1 | 1 | 0",
                "50/3ms,3000/500ms,9000/2s|  1 | 2 | 8",
                "30/20ms,900/1s           | 64 | 2 | 8",
            })
    private @interface OnRealClocks {}
}
