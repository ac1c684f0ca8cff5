package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of the calendar: what the calendar says, and wall clocks that jump. */
class FixedWindowTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    private final ManualTime manual = new ManualTime();
    private Duration jump = Duration.ZERO;

    /** The twin counts by the text of the calendar: seconds of the day, the day, the week. */
    @Test
    void everyAnswerIsThatOfTheCalendar() {
        List<Duration> windows = List.of(
                Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(6), DAY, WEEK);
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Duration shorter = windows.get(random.nextInt(windows.size()));
            Duration longer = windows.get(random.nextInt(windows.size()));
            boolean several = shorter.compareTo(longer) < 0;
            Map<Duration, Long> limits = new HashMap<>(Map.of(shorter, 1L + random.nextInt(9)));
            if (several) {
                limits.put(longer, limits.get(shorter) + random.nextInt(20));
            }
            walk(random, limits);
        }
    }

    private void walk(SplittableRandom random, Map<Duration, Long> limits) {
        Limiter limiter = limiter(limits, "UTC");
        Map<String, Long> used = new HashMap<>();
        for (int step = 0; step < 150; step++) {
            long cost = 1 + random.nextInt(4);
            RateLimitedException refusal = limiter.refusal(null, cost);
            assertThat(refusal == null).as("%s at %s", limits, wall()).isEqualTo(fits(limits, used, cost));
            if (refusal == null) {
                limits.keySet().forEach(window -> used.merge(page(window), cost, Long::sum));
            } else if (refusal.retryAfter().isPresent() && random.nextBoolean()) {
                manual.advance(refusal.retryAfter().get().minusNanos(1));
                assertThat(limiter.passes(null, cost))
                        .as("too early at %s", wall())
                        .isFalse();
                manual.advanceNanos(1);
                assertThat(fits(limits, used, cost)).isTrue();
            }
            manual.advance(pause(random, limits));
        }
    }

    private boolean fits(Map<Duration, Long> limits, Map<String, Long> used, long cost) {
        return limits.entrySet().stream()
                .allMatch(limit -> used.getOrDefault(page(limit.getKey()), 0L) + cost <= limit.getValue());
    }

    private static Duration pause(SplittableRandom random, Map<Duration, Long> limits) {
        Duration window = limits.keySet().stream().toList().get(random.nextInt(limits.size()));
        return Duration.ofNanos(random.nextLong(1 + window.toNanos() / (1 + random.nextInt(10))));
    }

    /** What a calendar calls the window that it is now. */
    private String page(Duration window) {
        ZonedDateTime now = wall().atZone(ZoneId.of("UTC"));
        ZonedDateTime midnight = now.truncatedTo(ChronoUnit.DAYS);
        if (window.equals(WEEK)) {
            return "week of " + midnight.minusDays(now.getDayOfWeek().getValue() - 1);
        }
        long part = Duration.between(midnight, now).dividedBy(window);
        return window + " " + midnight + " " + part;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT24H", "-PT24H", "PT1H", "-PT1H", "P400D", "-P400D"})
    void aJumpOfTheWallClockGivesNobodyAnything(Duration jumped) {
        for (Duration window : List.of(Duration.ofMinutes(1), Duration.ofHours(1), DAY, WEEK)) {
            Limiter limiter = limiter(Map.of(window, 5L), "UTC");
            manual.advanceNanos(window.toNanos() / 100);
            exhaust(limiter, 5);
            for (int there = 0; there < 5; there++) {
                jump = jump.plus(jumped);
                assertThat(limiter.passes(null)).isFalse();
                jump = Duration.ZERO;
                assertThat(limiter.passes(null)).isFalse();
            }
            manual.advance(window);
        }
    }

    /** A clock a day ahead and back again every few hours: each day has its permits, once. */
    @Test
    void aClockThatIsADayAheadEveryOtherHourKeepsEachDay() {
        Limiter limiter = limiter(Map.of(DAY, 10L), "UTC");
        SplittableRandom random = new SplittableRandom(1);
        int passed = 0;
        for (int hour = 0; hour < 24 * 30; hour++) {
            jump = DAY.multipliedBy(random.nextInt(-1, 2));
            for (int call = 0; call < 4; call++) {
                passed += limiter.passes(null) ? 1 : 0;
            }
            assertThat(passed).as("after %d hours", hour).isLessThanOrEqualTo(10 * (hour / 24 + 1));
            manual.advance(Duration.ofHours(1));
        }
        assertThat(passed).isEqualTo(10 * 30);
    }

    /** Wherever the clock stands when it matters, nobody waits longer than a window. */
    @ParameterizedTest
    @CsvSource({"PT1M", "PT1H", "PT24H", "P7D"})
    void nobodyIsLockedOutForLongerThanAWindow(Duration window) {
        SplittableRandom random = new SplittableRandom(7);
        Limiter limiter = limiter(Map.of(window, 3L), "UTC");
        for (int round = 0; round < 300; round++) {
            while (limiter.passes(null)) {}
            Duration locked = Duration.ZERO;
            while (!limiter.passes(null)) {
                assertThat(locked).isLessThanOrEqualTo(window);
                manual.advance(window.dividedBy(50));
                locked = locked.plus(window.dividedBy(50));
                jump = Duration.ofNanos(random.nextLong(-3 * window.toNanos(), 3 * window.toNanos()));
            }
        }
    }

    /** The days on which clocks are put forward and back have 23 and 25 hours. */
    @ParameterizedTest
    @CsvSource({"2026-03-29, 23", "2026-10-25, 25", "2026-06-01, 24"})
    void aDayIsAsLongAsTheZoneSays(String date, int hours) {
        Instant midnight =
                LocalDate.parse(date).atStartOfDay(ZoneId.of("Europe/Berlin")).toInstant();
        manual.advance(Duration.between(ManualTime.EPOCH, midnight));
        Limiter limiter = limiter(Map.of(DAY, 2L), "Europe/Berlin");
        exhaust(limiter, 2);

        assertThat(limiter.retryAfter(null, 1)).isEqualTo(Duration.ofHours(hours));
        manual.advance(Duration.ofHours(hours).minusNanos(1));
        assertThat(limiter.passes(null)).isFalse();
        manual.advanceNanos(1);
        exhaust(limiter, 2);
    }

    private static void exhaust(Limiter limiter, int permits) {
        for (int call = 0; call < permits; call++) {
            assertThat(limiter.passes(null)).isTrue();
        }
        assertThat(limiter.passes(null)).isFalse();
    }

    private Limiter limiter(Map<Duration, Long> limits, String zone) {
        StringBuilder listed = new StringBuilder();
        limits.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(limit -> listed.append(
                        listed.isEmpty() ? "" : ",")
                .append(limit.getValue())
                .append('/')
                .append(limit.getKey().toSeconds())
                .append('s'));
        Time time = manual.time();
        return Limiter.unkeyed(
                new Time(time.ticker(), time.pulse(), time.scheduler(), this::wall, time.random()),
                "algorithm=fixed-window zone=" + zone + " limits=" + listed);
    }

    private Instant wall() {
        return manual.time().wall().instant().plus(jump);
    }
}
