package dev.resilience.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterHeaderTest {

    private static final InstantSource WALL = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    private static final String LONGEST = Duration.ofNanos(Long.MAX_VALUE).toString();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0                                  | PT0S
                    1                                  | PT1S
                    120                                | PT2M
                    '  7 '                             | PT7S
                    +7                                 | PT7S
                    007                                | PT7S
                    1.                                 | PT1S
                    1.0                                | PT1S
                    1.001                              | PT2S
                    0.5                                | PT1S
                    -1                                 | PT0S
                    -99999999999999999999              | PT0S
                    9223372036                         | PT2562047H47M16S
                    Sun, 01 Mar 2026 12:00:30 GMT      | PT30S
                    sun, 01 mar 2026 12:00:30 gmt      | PT30S
                    Mon, 01 Mar 2026 12:00:30 GMT      | PT30S
                    Sun, 1 Mar 2026 12:00:30 GMT       | PT30S
                    Sunday, 1-Mar-26 12:00:30 GMT      | PT30S
                    Sun, 01 Mar 2026 12:00:00 GMT      | PT0S
                    Sun, 01 Mar 2026 11:59:59 GMT      | PT0S
                    Sun, 06 Nov 1994 08:49:37 GMT      | PT0S
                    Sun, 01 Mar 2026 23:59:60 GMT      | PT12H
                    Sunday, 01-Mar-26 12:00:30 GMT     | PT30S
                    Sunday, 06-Nov-94 08:49:37 GMT     | PT0S
                    Sun Mar  1 12:00:30 2026           | PT30S
                    Tue Mar 10 12:00:00 2026           | PT216H
                    Sun Nov  6 08:49:37 1994           | PT0S
                    """)
    void readsWhatIsSaid(String header, Duration wait) {
        assertThat(RetryAfterHeader.parse(header, WALL)).hasValue(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372037",
                "9999999999999999999999999999999999999999",
                "Fri, 31 Dec 9999 23:59:59 GMT",
            })
    void cutsWhatIsTooLongToTell(String header) {
        assertThat(RetryAfterHeader.parse(header, WALL)).hasValue(Duration.parse(LONGEST));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "  ",
                "soon",
                "1s",
                "1,5",
                "1 2",
                "0x10",
                "1e3",
                "--1",
                "NaN",
                "PT1S",
                "2026-03-01T12:00:30Z",
                "Sun, 01 Mar 2026 12:00:30",
                "Sun, 01 Mar 2026 12:00:30 PST",
                "Sun, 31 Feb 2026x12:00:30 GMT",
                "Sun, 01 Foo 2026 12:00:30 GMT",
                "Sun, 01 Mar 2026 25:00:30 GMT",
                "Sun, 01 Mar 2026 12:00:61 GMT",
            })
    void hasNoAnswerForWhatCannotBeRead(@Nullable String header) {
        assertThat(RetryAfterHeader.parse(header, WALL)).isEmpty();
    }

    @Test
    void aNumberOfAnyLengthIsANumber() {
        assertThat(RetryAfterHeader.parse("9".repeat(100_000), WALL)).hasValue(Duration.parse(LONGEST));
        assertThat(RetryAfterHeader.parse("0".repeat(100_000) + "7", WALL)).hasValue(Duration.ofSeconds(7));
        assertThat(RetryAfterHeader.parse("0".repeat(1_000_000) + "x", WALL)).isEmpty();
    }

    @Test
    void ofSeveralTheLongestHolds() {
        assertThat(RetryAfterHeader.parse(List.of("5", "soon", "7", "6"), WALL)).hasValue(Duration.ofSeconds(7));
        assertThat(RetryAfterHeader.parse(List.of("soon"), WALL)).isEmpty();
        assertThat(RetryAfterHeader.parse(List.of(), WALL)).isEmpty();
    }

    @Test
    void isNotEarlyWithinASecond() {
        InstantSource between = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.000000001Z"));

        assertThat(RetryAfterHeader.parse("Sun, 01 Mar 2026 12:00:01 GMT", between))
                .hasValue(Duration.ofNanos(999_999_999));
    }

    @Test
    void takesATwoDigitYearForOneWithinFiftyYears() {
        assertThat(RetryAfterHeader.parse("Sunday, 01-Mar-76 12:00:00 GMT", WALL))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(50 * 365)));
        assertThat(RetryAfterHeader.parse("Monday, 01-Mar-77 12:00:00 GMT", WALL))
                .hasValue(Duration.ZERO);
    }
}
