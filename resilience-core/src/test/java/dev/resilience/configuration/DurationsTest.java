package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "200ms, 200000000",
        "1m, 60000000000",
        "1h30m, 5400000000000",
        "1.5s, 1500000000",
        "PT2S, 2000000000",
        "0, 0",
        "0s, 0",
        " 5S , 5000000000",
        "7us, 7000",
        "1ns, 1",
        "2d, 172800000000000",
        "-3s, -3000000000",
        "-PT3S, -3000000000"
    })
    void readsWhatPeopleWrite(String text, long nanos) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "-5", "+5", "1.5", "100"})
    void refusesANumberWhoseUnitNobodyCanSee(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("has no unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "5 s", "5x", "s", "", "1s2", "1s-2s", "--1s", "1..5s", "PTS", "Pay", "5min"})
    void refusesWhatIsNoDuration(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageMatching("is no (ISO-8601 )?duration.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"200000d", "P200000D", "99999999999999999999s"})
    void refusesWhatALongOfNanosecondsCannotHold(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("292 years");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1ns", "7us", "200ms", "1s500ms", "1m", "1h30m", "2d", "-3s", "1d2h3m4s5ms6us7ns"})
    void writesWhatItReads(String text) {
        assertThat(Durations.plain(Durations.parse(text))).isEqualTo(text);
    }

    @Test
    void writesOtherValuesAsTheyAre() {
        assertThat(Durations.plain(7)).isEqualTo("7");
    }
}
