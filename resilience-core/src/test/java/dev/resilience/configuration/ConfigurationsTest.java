package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.ToyKind.Mode;
import dev.resilience.ToyKind.Toy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationsTest {

    @Test
    void everyTypeOfKnobIsReadFromText() {
        Toy toy = Configurations.of(
                Toy.class,
                Map.of(
                        "max-players", "1_000",
                        "maxWait", "1.5s",
                        "failure_rate", "12.5 %",
                        "mode", "standing_still",
                        "beeps", "on",
                        "colours", "green , black",
                        "turns", "2h,30m",
                        "overrides.agent.7", "7"));

        assertThat(toy)
                .isEqualTo(new Toy(
                        1000,
                        Duration.ofMillis(1500),
                        3,
                        null,
                        12.5,
                        Mode.STANDING_STILL,
                        true,
                        List.of("green", "black"),
                        List.of(Duration.ofHours(2), Duration.ofMinutes(30)),
                        Map.of("agent.7", 7)));
    }

    @Test
    void whatIsUnsetTakesTheLibrarysDefault() {
        Toy toy = Configurations.defaults(Toy.class);

        assertThat(toy.maxPlayers()).isEqualTo(4);
        assertThat(toy.colours()).containsExactly("red", "blue");
        assertThat(toy.turns()).isEmpty();
        assertThat(toy.overrides()).isEmpty();
    }

    @Test
    void severalTextsOfAListAreNotSplitAgain() {
        Setting colours = new Setting(List.of("red, dark", "blue"), "test");

        Toy toy = Configurations.bind(Toy.class, List.of(Map.of("colours", colours)))
                .orThrow();

        assertThat(toy.colours()).containsExactly("red, dark", "blue");
    }

    @Test
    void anEmptyListClearsWhatWeakerLayersSay() {
        assertThat(Configurations.of(Toy.class, Map.of("colours", "")).colours())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "max-players, many, is no whole number, max-players: 4",
        "max-players, 4.5, is no whole number, max-players: 4",
        "max-players, three, the value is no whole number., max-players: 4",
        "max-players, 9999999999, must be a whole number from, max-players: 4",
        "max-players, 0, must be between 1 and 1000, max-players: 4",
        "max-wait, 5, has no unit, max-wait: 250ms",
        "max-wait, -5s, must not be negative, max-wait: 250ms",
        "max-retries, '', is empty, max-retries: 2",
        "failure-rate, half, is no number, failure-rate: 50%",
        "failure-rate, NaN, is no finite number, failure-rate: 50%",
        "failure-rate, Infinity, is no finite number, failure-rate: 50%",
        "mode, roling, did you mean 'rolling'?, mode: rolling",
        "beeps, perhaps, is neither true nor false, beeps: false",
        "turns, '1h, soon', is no duration, 'turns: 2h, 30m'",
        "overrides.x, '', is empty, overrides.x: 7",
        "overrides.x, y, is no whole number, overrides.x: 7",
        "overrides, 7, needs entries by name, overrides.NAME: 7",
        "max-wait.nanos, 7, has nothing below it, max-wait: 250ms",
    })
    void aBadValueIsReportedWithReasonAndExample(String name, String text, String reason, String remedy) {
        assertThatThrownBy(() -> Configurations.of(Toy.class, Map.of(name, text)))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageStartingWith("1 problem ")
                .hasMessageContainingAll(name, "'" + text + "'", "(code)", reason, remedy);
    }

    @Test
    void everythingWrongIsReportedTogetherInTheWordsOfTheUser() {
        List<Problem> problems = Configurations.bind(
                        Toy.class,
                        List.of(Setting.layer(
                                Map.of("max-players", "1_001", "max-wait", "5", "colour", "red"), "a.yml:1")))
                .problems();

        assertThat(problems)
                .contains(
                        new Problem(
                                "max-players",
                                "1_001",
                                "a.yml:1",
                                "must be between 1 and 1000",
                                "Write for example 'max-players: 4'"),
                        new Problem(
                                "colour",
                                "red",
                                "a.yml:1",
                                "there is no property 'colour' here",
                                "Did you mean 'colours'?"))
                .hasSize(3);
    }

    @Test
    void aBrokenRuleOfAListPointsAtTheElement() {
        assertThatThrownBy(() -> Configurations.of(Toy.class, Map.of("turns", "2h, -5s")))
                .hasMessageContaining("turns = '-5s' (code): must be longer than zero");
    }

    @Test
    void aStrangerIsAnsweredWithAllThatIsKnown() {
        assertThatThrownBy(() -> Configurations.of(Toy.class, Map.of("elephant", "1")))
                .hasMessageContaining("Known are max-players, max-wait");
    }

    @Test
    void bothWordsForOneThingInOneLayerAreAnError() {
        assertThatThrownBy(() -> Configurations.of(Toy.class, Map.of("max-attempts", "3", "max-retries", "2")))
                .hasMessageStartingWith("1 problem")
                .hasMessageContainingAll("max-retries = '2'", "'max-attempts'", "'3' (code)", "Give one of the two");
    }

    @Test
    void theOtherWordSilencesTheLibrarysDefault() {
        Toy toy = Configurations.of(Toy.class, Map.of("max-retries", "5"));

        assertThat(toy.maxAttempts()).isNull();
        assertThat(toy.attempts()).isEqualTo(6);
    }

    @Test
    void onePropertyInTwoSpellingsMustSayTheSame() {
        Map<String, String> twice = new LinkedHashMap<>();
        twice.put("max-players", "3");
        twice.put("maxPlayers", "3");
        assertThat(Configurations.of(Toy.class, twice).maxPlayers()).isEqualTo(3);

        twice.put("maxPlayers", "4");
        assertThatThrownBy(() -> Configurations.of(Toy.class, twice))
                .hasMessageContainingAll("max-players = '4'", "is written twice, the other time as '3'");
    }

    @Test
    void aRecordThatCannotBeMadeOfValuesThatDoNotReadIsNoFurtherProblem() {
        record Strict(@Knob("A number.") Integer number) {
            Strict {
                if (number > 7) {
                    new Rules().that(false, "number", number, "is large", "7").report();
                }
            }
        }

        assertThat(Configurations.bind(Strict.class, List.of(Setting.layer(Map.of("number", "x"), "a")))
                        .problems())
                .hasSize(1);
        assertThatThrownBy(() -> Configurations.of(Strict.class, Map.of("number", "8")))
                .hasMessageContaining("is large");
        assertThatThrownBy(() -> Configurations.defaults(Strict.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Strict could not be made");
    }

    @Test
    void aTypeOfItsOwnConvertsItselfAndGivesItsOwnReasons() {
        assertThat(Configurations.of(Own.class, Map.of("pair", "a=b")).pair()).isEqualTo(new Pair("a", "b"));
        assertThatThrownBy(() -> Configurations.of(Own.class, Map.of("pair", "ab")))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("the value needs an equals sign");
    }

    /** A record with a knob that converts itself. */
    record Own(@Knob(value = "Two texts.", example = "a=b") Pair pair) {}

    /** Two texts. */
    public record Pair(String left, String right) {

        public static Pair parse(String text) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("needs an equals sign");
            }
            return new Pair(text.substring(0, equals), text.substring(equals + 1));
        }
    }
}
