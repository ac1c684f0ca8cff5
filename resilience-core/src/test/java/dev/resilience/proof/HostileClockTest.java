package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.Limit;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clocks that stall, leap and overflow, and pulses that hardly beat: nobody gets too much, and nobody is locked out. */
class HostileClockTest {

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final ManualTime manual = new ManualTime();

    /** Whoever asks all the time must not push his own charges on from one standstill into the next. */
    @ParameterizedTest
    @CsvSource({
        "100/1s, 1ms",
        "100/1s, 10ms",
        "100/1s, 100ms",
        "100/1s, 1s",
        "1000/1m, 100ms",
        "1000/1m, 1500ms",
        "1000/1m, 20s",
        "50/1s, 100ms"
    })
    void whoIsRefusedAllTheTimeIsFreeAfterAWindowASlotAndAStandstill(String text, String standstill) {
        Limit limit = Limit.parse(text);
        Duration standing = Limit.parse("1/" + standstill).window();
        Limiter limiter = Limiter.unkeyed(beatingEvery(standing), "limits=" + text);
        for (int call = 0; call < limit.permits(); call++) {
            assertThat(limiter.passes(null)).isTrue();
        }
        Duration locked = Duration.ZERO;
        while (!limiter.passes(null) && locked.compareTo(limit.window().multipliedBy(4)) < 0) {
            manual.advance(MILLISECOND);
            locked = locked.plus(MILLISECOND);
        }
        assertThat(locked)
                .isBetween(
                        limit.window(),
                        limit.window()
                                .multipliedBy(61)
                                .dividedBy(60)
                                .plus(standing)
                                .plus(MILLISECOND));
    }

    /** What was told stays true, however long the tick stands still afterwards. */
    @ParameterizedTest
    @CsvSource({"100/1s, 1ms", "100/1s, 100ms", "100/1s, 1s", "1000/1m, 100ms", "1000/1m, 1500ms", "1000/1m, 20s"})
    void whoComesBackAtTheStatedInstantPassesThoughThePulseStarves(String text, String standstill) {
        Limit limit = Limit.parse(text);
        Limiter limiter =
                Limiter.unkeyed(beatingEvery(Limit.parse("1/" + standstill).window()), "limits=" + text);
        for (int call = 0; call < limit.permits(); call++) {
            assertThat(limiter.passes(null)).isTrue();
        }
        Duration told = limiter.retryAfter(null, 1);
        manual.advance(told);
        assertThat(limiter.passes(null)).as("after %s", told).isTrue();
    }

    private Time beatingEvery(Duration period) {
        Time time = manual.time();
        ScheduledPulse pulse = new ScheduledPulse(manual::nanos, period.toNanos(), false);
        return new Time(time.ticker(), pulse, time.scheduler(), time.wall(), time.random());
    }
}
