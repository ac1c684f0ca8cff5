package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "60/1m | 60/1m",
                "60/m | 60/1m",
                "60/ms | 60/1ms",
                " 60 / 1m ,1000/h | 60/1m, 1000/1h",
                "10000/1d, 60/1m, 1000/1h | 60/1m, 1000/1h, 10000/1d",
                "1_000/1h | 1000/1h",
                "5/PT1M | 5/1m",
                "5/90s | 5/1m30s",
                "5/1m30s | 5/1m30s",
                "9223372036854775807/1s | 9223372036854775807/1s",
                "5/1s, 5/1m | 5/1s, 5/1m",
            })
    void readsWhatPeopleWrite(String text, String meaning) {
        assertThat(Limits.parse(text)).hasToString(meaning);
        assertThat(Limits.parse(meaning)).isEqualTo(Limits.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | is empty",
                "' ' | is empty",
                "60 | has no '/' in '60'",
                "60/1m,,5/1s | nothing between two commas",
                "60/1m, | nothing between two commas",
                "60/ | no window after the '/'",
                "/1m | has '' where a whole number of permits belongs",
                "sixty/1m | has 'sixty' where a whole number",
                "1.5/1m | has '1.5' where a whole number",
                "60/60 | has no unit",
                "60/1x | window '1x' that is no duration",
                "60/x | that is no duration",
                "0/1m | allows 0 permits",
                "-1/1m | allows -1 permits",
                "60/0 | a window is longer than zero",
                "60/0s | a window is longer than zero",
                "60/-1m | a window is longer than zero",
                "60/1us | from 1ms to 3650d",
                "60/4000d | from 1ms to 3650d",
                "60/200000d | longer than 292 years",
                "9223372036854775808/1m | at most 9223372036854775807",
                "60/1m, 100/60s | two limits for 1m",
                "60/1m, 50/1h | fewer permits in the longer window (50/1h) than in the shorter one (60/1m)",
                "60/1m/2 | that is no duration",
                "60/1m 5/1s | that is no duration",
            })
    void tellsWhatIsWrong(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.parse(text))
                .withMessageContaining(reason);
    }
}
