package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JitterTest {

    @ParameterizedTest
    @CsvSource({
        "none,         NONE,         0,     none",
        "Full,         FULL,         0,     full",
        "EQUAL,        EQUAL,        0,     equal",
        "decorrelated, DECORRELATED, 0,     decorrelated",
        "25%,          RATIO,        0.25,  25%",
        "±25%,         RATIO,        0.25,  25%",
        "'± 25 %',     RATIO,        0.25,  25%",
        "+-25%,        RATIO,        0.25,  25%",
        "12.5%,        RATIO,        0.125, 12.5%",
        "0%,           RATIO,        0,     0%",
        "100%,         RATIO,        1,     100%"
    })
    void readsWhatItWrites(String text, Jitter.Form form, double ratio, String written) {
        Jitter jitter = Jitter.parse(text);

        assertThat(jitter).isEqualTo(new Jitter(form, ratio)).hasToString(written);
        assertThat(Jitter.parse(written)).isEqualTo(jitter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "25", "0.25", "-25%", "25 percent", "%"})
    void refusesWhatIsNoJitter(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jitter.parse(text))
                .withMessage("is neither none, full, equal, decorrelated nor a ratio such as 25%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"101%", "100.1%", "±250%"})
    void refusesRatiosThatMakeWaitsNegative(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jitter.parse(text))
                .withMessage("is a ratio over 100%, which would make waits negative");
    }
}
