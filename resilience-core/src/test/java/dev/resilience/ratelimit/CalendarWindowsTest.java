package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarWindowsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "1d,  2026-03-28T10:00, 14", "1d,  2026-03-29T00:00, 23", "1d,  2026-10-25T00:00, 25",
        "7d,  2026-11-18T12:00, 108", "12h, 2026-06-01T13:00, 11", "12h, 2026-03-29T00:00, 12",
        "12h, 2026-03-29T13:00, 11", "12h, 2026-10-25T23:30, 0.5", "1h,  2026-03-29T01:30, 0.5"
    })
    void aWindowEndsWhereTheCalendarOfItsZoneSays(String window, String local, double hours) {
        Story story = story("5/" + window, local);
        assertThat(story.passes(5)).isTrue();
        long end = Math.round(hours * 3_600_000_000_000L);
        assertThat(story.refusal(1).waitNanos()).isEqualTo(end);
        assertThat(story.usage().resetNanos()).isEqualTo(end);
        story.time.advanceNanos(end - 1);
        assertThat(story.passes(1)).isFalse();
        story.time.advanceNanos(1);
        assertThat(story.passes(5)).isTrue();
        assertThat(story.passes(1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D", "PT5H", "-PT5H", "PT20M", "-PT20M", "P400D", "-P400D"})
    void aWallClockThatJumpsAndJumpsBackOpensNoWindow(String by) {
        Story story = story("5/1d", "2026-06-01T10:00");
        story.passes(5);
        story.jump(Duration.parse(by));
        story.time.advance(Duration.ofHours(3));
        assertThat(story.passes(1)).isFalse();
        story.jump(Duration.parse(by).negated());
        story.time.advance(Duration.ofHours(11).minusNanos(1));
        assertThat(story.passes(1)).isFalse();
        story.time.advanceNanos(1);
        assertThat(story.passes(5)).isTrue();
    }

    @Test
    void aClockSetBackOpensNoWindowASecondTime() {
        Story story = story("5/1d", "2026-06-01T10:00");
        story.passes(5);
        story.jump(Duration.ofHours(-1));
        story.time.advance(Duration.ofHours(14));
        assertThat(story.passes(1)).isFalse();
        assertThat(story.refusal(1).waitNanos()).isEqualTo(Duration.ofHours(1).toNanos());
        story.time.advance(Duration.ofHours(1));
        assertThat(story.passes(5)).isTrue();
    }

    @Test
    void noKeyIsLockedLongerThanAWindowHoweverFarTheClockIsSetBack() {
        Story story = story("5/1d", "2026-06-01T10:00");
        story.passes(5);
        story.jump(Duration.ofDays(-30));
        story.time.advance(Duration.ofHours(24).minusNanos(1));
        assertThat(story.passes(1)).isFalse();
        story.time.advanceNanos(1);
        assertThat(story.passes(5)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5/1h", "5/1d", "5/7d", "3/1h, 5/1d"})
    void randomJumpsLockNobodyLongerThanAWindowAndAdmitNobodyTwice(String text) {
        Limits limits = Limits.parse(text);
        long window = limits.all().get(limits.all().size() - 1).window().toNanos();
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Story story = story(text, "2026-10-20T10:00");
            for (int step = 0; step < 60; step++) {
                story.jump(Duration.ofMinutes(random.nextInt(6_000) - 3_000));
                story.time.advanceNanos(random.nextLong(window));
                while (story.passes(1)) {}
                long wait = story.refusal(1).waitNanos();
                assertThat(wait).isBetween(1L, window + Duration.ofHours(1).toNanos());
                story.jump(Duration.ofMinutes(random.nextInt(6_000) - 3_000));
                story.time.advanceNanos(random.nextLong(wait));
                assertThat(story.passes(1)).as("seed %d step %d", seed, step).isFalse();
            }
        }
    }

    @Test
    void whatIsReservedAheadOfTimeCountsThereAndHere() {
        Story story = story("5/1h", "2026-06-01T10:30");
        story.passes(3);
        long[] words = new long[story.engine.freshSize()];
        story.engine.fresh(words, 0);
        long later = story.now() + Duration.ofMinutes(40).toNanos();
        story.engine.charge(words, 0, story.now(), 3);
        assertThat(story.engine.earliest(words, 0, story.now(), later, 5)).isEqualTo(later);
        story.engine.charge(words, 0, later, 2);
        assertThat(story.engine.earliest(words, 0, story.now(), story.now(), 1)).isGreaterThan(later);
        story.time.advance(Duration.ofMinutes(30));
        assertThat(story.engine.usage(words, 0, story.now()).get(0).remaining()).isZero();
    }

    @Test
    void aRefundGivesBackInItsOwnWindowOnly() {
        Story story = story("5/1h", "2026-06-01T10:30");
        long ticket = story.charge(5, 0);
        story.refund(ticket, 2);
        assertThat(story.usage().remaining()).isEqualTo(2);
        story.time.advance(Duration.ofMinutes(30));
        story.passes(5);
        story.refund(ticket, 3);
        assertThat(story.usage().remaining()).isZero();
    }

    @Test
    void limitsOfAnySizeHold() {
        Story story = story(Long.MAX_VALUE + "/1d", "2026-06-01T10:30");
        assertThat(story.passes(Long.MAX_VALUE - 1)).isTrue();
        assertThat(story.passes(2)).isFalse();
        assertThat(story.passes(1)).isTrue();
        assertThat(story.usage().used()).isEqualTo(Long.MAX_VALUE);
    }

    private static Story story(String text, String local) {
        Limits limits = Limits.parse(text);
        Story story = new Story(LocalDateTime.parse(local).atZone(BERLIN).toInstant());
        return story.with(story.engines.of(
                limits, limits.all().stream().map(Limit::window).toList(), BERLIN));
    }
}
