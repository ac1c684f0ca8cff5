package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityTest {

    private enum Urgency {
        LOW,
        HIGH,
        WHENEVER
    }

    @ParameterizedTest
    @CsvSource({"low, -1", "Normal, 0", "HIGH, 1", "' high ', 1", "-7, -7", "12, 12"})
    void readsWordsAndNumbers(String text, int priority) {
        assertThat(Priority.of(text)).isEqualTo(priority);
    }

    @Test
    void readsWhatExpressionsGive() {
        assertThat(Priority.of(5L)).isEqualTo(5);
        assertThat(Priority.of(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Priority.of(Long.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE);
        assertThat(Priority.of(Urgency.LOW)).isEqualTo(Priority.LOW);
        assertThat(Priority.of(Urgency.HIGH)).isEqualTo(Priority.HIGH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "urgent", "1.5", "99999999999"})
    void refusesWhatMeansNothing(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Priority.of(text))
                .withMessageContaining("low, normal, high");
    }

    @Test
    void refusesAConstantThatMeansNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Priority.of(Urgency.WHENEVER));
    }
}
