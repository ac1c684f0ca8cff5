package dev.resilience.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRangeTest {

    @ParameterizedTest
    @CsvSource({
        "429,       429, 429, 429",
        "5xx,       500, 599, 5xx",
        "4XX,       400, 499, 4xx",
        "500-504,   500, 504, 500-504",
        "500 - 599, 500, 599, 5xx",
        "503-503,   503, 503, 503"
    })
    void readsWhatItWrites(String text, int least, int most, String written) {
        StatusRange range = StatusRange.parse(text);

        assertThat(range).isEqualTo(new StatusRange(least, most)).hasToString(written);
        assertThat(range.includes(least)).isTrue();
        assertThat(range.includes(most)).isTrue();
        assertThat(range.includes(least - 1)).isFalse();
        assertThat(range.includes(most + 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "42", "6xx", "099", "600", "504-500", "5x", "abc", "4290", "500-", "500-504-505"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StatusRange.parse(text))
                .withMessage("is no HTTP status; use one from 100 to 599, a class such as 5xx, or 500-504");
    }
}
