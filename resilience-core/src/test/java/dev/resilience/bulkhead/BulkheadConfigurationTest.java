package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkheadConfigurationTest {

    @Test
    void has25SeatsAndNoLine() {
        BulkheadConfiguration defaults = Configurations.defaults(BulkheadConfiguration.class);

        assertThat(defaults)
                .isEqualTo(new BulkheadConfiguration(25, Duration.ZERO, 0, null, null, null, Adaptive.NONE, 1, null));
    }

    @Test
    void aWaitAloneMeansAUsualLine() {
        assertThat(Configurations.of(BulkheadConfiguration.class, Map.of("max-wait", "1s"))
                        .maxWaiting())
                .isEqualTo(100);
    }

    @Test
    void aWaitWithoutALineIsNoWait() {
        Map<String, String> texts = Map.of("max-wait", "1s", "max-waiting", "0");

        assertThat(Configurations.of(BulkheadConfiguration.class, texts).maxWaiting())
                .isZero();
    }

    @Test
    void aLineWithoutAWaitCantBeMeant() {
        assertThat(problems(Map.of("max-waiting", "5"))).singleElement().satisfies(problem -> {
            assertThat(problem.property()).isEqualTo("max-waiting");
            assertThat(problem.remedy()).contains("max-wait: 500ms");
        });
    }

    @Test
    void anAdaptiveOneHas200SeatsAtMostAndBeginsWith20() {
        BulkheadConfiguration adaptive = of("adaptive", "gradient");

        assertThat(adaptive.maxConcurrent()).isEqualTo(200);
        assertThat(adaptive.minConcurrent()).isEqualTo(1);
        assertThat(adaptive.initialConcurrent()).isEqualTo(20);
        assertThat(of("adaptive", "aimd", "max-concurrent", "7").initialConcurrent())
                .isEqualTo(7);
        assertThat(of("adaptive", "aimd", "min-concurrent", "30").initialConcurrent())
                .isEqualTo(30);
    }

    @Test
    void theBoundsOfAnAdaptiveOneMustFitEachOther() {
        assertThat(problems(Map.of("adaptive", "aimd", "min-concurrent", "9", "max-concurrent", "8")))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo("min-concurrent");
        assertThat(problems(Map.of("adaptive", "aimd", "initial-concurrent", "9", "max-concurrent", "8")))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo("initial-concurrent");
    }

    @Test
    void theBoundsOfAnAdaptiveOneDontCountWhileItIsNone() {
        assertThat(of("min-concurrent", "30", "initial-concurrent", "100").maxConcurrent())
                .isEqualTo(25);
    }

    @Test
    void noKeyIsBusyEnoughToLearnFrom() {
        assertThat(problems(Map.of("adaptive", "aimd", "key", "#tenant")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.property()).isEqualTo("adaptive");
                    assertThat(problem.reason()).contains("too few calls of each key");
                });
    }

    @Test
    void seatsAreKeptForTheImportantOnlyWhereNobodyWaits() {
        assertThat(of("low-priority-share", "50%").lowPriorityShare()).isEqualTo(50);
        assertThat(problems(Map.of("low-priority-share", "50%", "max-wait", "1s")))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo("low-priority-share");
    }

    @ParameterizedTest
    @CsvSource({
        "low-priority-share, 0",
        "low-priority-share, 101",
        "min-concurrent, 0",
        "initial-concurrent, 0",
        "adaptive, vegas"
    })
    void refusesWhatCantBeMeantOfAdaptiveAndImportant(String knob, String value) {
        assertThat(problems(Map.of(knob, value)))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo(knob);
    }

    @ParameterizedTest
    @CsvSource({"max-concurrent, 0", "max-concurrent, many", "max-wait, -1s", "max-wait, 5", "max-waiting, -1"})
    void refusesWhatCantBeMeant(String knob, String value) {
        assertThat(problems(Map.of(knob, value)))
                .singleElement()
                .extracting(Problem::property)
                .isEqualTo(knob);
    }

    private static BulkheadConfiguration of(String... knobs) {
        Map<String, String> texts = new HashMap<>();
        for (int at = 0; at < knobs.length; at += 2) {
            texts.put(knobs[at], knobs[at + 1]);
        }
        return Configurations.of(BulkheadConfiguration.class, texts);
    }

    private static List<Problem> problems(Map<String, String> texts) {
        return catchThrowableOfType(
                        ResilienceConfigurationException.class,
                        () -> Configurations.of(BulkheadConfiguration.class, texts))
                .problems();
    }
}
