package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.resilience.ToyKind;
import dev.resilience.retry.RetryConfiguration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnobsTest {

    private final List<Knobs.Described> knobs = Knobs.of(ToyKind.Toy.class);

    @Test
    void comeInTheOrderOfTheRecordAndInKebabCase() {
        assertThat(knobs).extracting(Knobs.Described::name).startsWith("max-players", "max-wait", "max-attempts");
        assertThat(Knobs.kebab("http2MaxStreams")).isEqualTo("http2-max-streams");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-wait", "maxWait", "max_wait", "MAXWAIT", "MAX_WAIT"})
    void areFoundInEveryUsualSpelling(String name) {
        assertThat(Knobs.find(knobs, name)).map(Knobs.Described::name).contains("max-wait");
    }

    @Test
    void knowTheirShapeAndAnExample() {
        assertThat(knob("overrides").isMap()).isTrue();
        assertThat(knob("overrides").isList()).isFalse();
        assertThat(knob("turns").isList()).isTrue();
        assertThat(knob("turns").isMap()).isFalse();
        assertThat(knob("turns").exampleOrDefault()).isEqualTo("2h, 30m");
        assertThat(knob("max-players").exampleOrDefault()).isEqualTo("4");
    }

    @Test
    void areShownAsLinesThatYamlReadsAsTheyAreMeant() {
        assertThat(knob("max-players").exampleLine("toys.car.max-players")).isEqualTo("toys.car.max-players: 4");
        assertThat(Knobs.find(Knobs.of(RetryConfiguration.class), "retry-when")
                        .orElseThrow()
                        .exampleLine("retry-when"))
                .isEqualTo("retry-when: \"#result.status == 'PENDING'\"");
    }

    @Test
    void readTheirValueFromARecord() {
        assertThat(knob("max-players").read(Configurations.of(ToyKind.Toy.class, Map.of("max-players", "9"))))
                .isEqualTo(9);
        assertThat(knob("max-retries").read(Configurations.defaults(ToyKind.Toy.class)))
                .isNull();
    }

    @Test
    void aComponentWithoutDescriptionIsAMistakeOfItsAuthor() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Knobs.of(Problem.class))
                .withMessageContaining("Problem.property needs a @Knob");
    }

    private Knobs.Described knob(String name) {
        return Knobs.find(knobs, name).orElseThrow();
    }
}
