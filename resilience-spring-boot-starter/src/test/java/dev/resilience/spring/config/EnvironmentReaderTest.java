package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.ToyKind;
import dev.resilience.ToyKind.Toy;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import dev.resilience.configuration.Setting;
import dev.resilience.ratelimit.RateLimiterConfiguration;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.retry.RetryKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EnvironmentReaderTest {

    private final ToyKind toys = new ToyKind();
    private final StandardEnvironment environment = Yaml.environment("");

    @Test
    void everyValueKnowsTheLineItWasWrittenIn() {
        yaml("""
                resilience:
                  defaults:
                    toys:
                      max-wait: 1s
                  toys:
                    car:
                      max-players: 7
                      colours: [green, black]
                      overrides:
                        agent-1: 9
                """);

        assertThat(view("car"))
                .containsEntry("max-wait", new Shown("1s", "1s", "defaults"))
                .containsEntry("max-players", new Shown("7", "7", "application.yml:7"))
                .containsEntry("colours", new Shown("green, black", "green, black", "application.yml:8"))
                .containsEntry("overrides.agent-1", new Shown("9", "9", "application.yml:10"))
                .containsEntry("mode", new Shown(null, "rolling", "library"));
    }

    @Test
    void theUsualSpellingsAreOne() {
        yaml("resilience: {TOYS: {car: {maxPlayers: 7, max_wait: 2s, MODE: STANDING_STILL}}}");

        Toy toy = toy("car");

        assertThat(toy.maxPlayers()).isEqualTo(7);
        assertThat(toy.maxWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(toy.mode()).isEqualTo(ToyKind.Mode.STANDING_STILL);
    }

    @Test
    void theStrongestSourceWinsPropertyByProperty() {
        yaml("resilience.toys.car: {max-players: 7, max-wait: 2s, beeps: true, failure-rate: 10}");
        variable("RESILIENCE_TOYS_CAR_MAXWAIT", "3s");
        first("systemProperties", Map.of("resilience.toys.car.beeps", "false"));
        environment
                .getPropertySources()
                .addFirst(new SimpleCommandLinePropertySource("--resilience.toys.car.failure-rate=20"));

        assertThat(view("car"))
                .containsEntry("max-players", new Shown("7", "7", "application.yml:1"))
                .containsEntry("max-wait", new Shown("3s", "3s", "environment variable RESILIENCE_TOYS_CAR_MAXWAIT"))
                .containsEntry("beeps", new Shown("false", "false", "system property"))
                .containsEntry("failure-rate", new Shown("20", "20", "command line"));
    }

    @Test
    void aListOfAStrongerSourceReplacesTheWeakerOneWhole() {
        yaml("resilience.toys.car.turns: [3h, 2h, 1h]");
        first("test", Map.of("resilience.toys.car.turns[0]", "5h"));

        assertThat(toy("car").turns()).containsExactly(Duration.ofHours(5));
    }

    @Test
    void aListMayBeOneTextOrTheElementsOfACollection() {
        yaml("resilience.toys: {car: {turns: '2h, 1h'}}");
        first("test", Map.of("resilience.toys.bus.turns", List.of("3h", "2h")));

        assertThat(toy("car").turns()).containsExactly(Duration.ofHours(2), Duration.ofHours(1));
        assertThat(toy("bus").turns()).containsExactly(Duration.ofHours(3), Duration.ofHours(2));
    }

    @Test
    void limitsAreOneTextOrAListAndSoAreTheirOverrides() {
        yaml("""
                resilience.rate-limiters:
                  text: {limits: '60/1m, 1000/1h'}
                  list: {limits: [60/1m, 1000/1h], overrides: {404: [120/1m, 2000/1h]}}
                """);
        RateLimiterKind limiters = new RateLimiterKind();

        Catalog catalog = EnvironmentReader.read(environment, List.of(limiters)).catalog();
        RateLimiterConfiguration text = catalog.resolve(limiters, "text").configuration();
        RateLimiterConfiguration list = catalog.resolve(limiters, "list").configuration();

        assertThat(list.limits()).isEqualTo(text.limits()).hasToString("60/1m, 1000/1h");
        assertThat(list.overrides()).containsOnlyKeys("404");
        assertThat(list.overrides().get("404")).hasToString("120/1m, 2000/1h");
    }

    @Test
    void theElementsOfALongListKeepTheirOrder() {
        yaml("resilience.toys.car.colours: [a, b, c, d, e, f, g, h, i, j, k, l]");

        assertThat(toy("car").colours()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
    }

    @Test
    void mapsMergeByEntryAcrossSources() {
        yaml("resilience.toys.car.overrides: {a: 1, b: 2, 404: 4, '[x@y.z]': 5}");
        first("test", Map.of("resilience.toys.car.overrides.b", "3"));

        assertThat(toy("car").overrides()).isEqualTo(Map.of("a", 1, "b", 3, "404", 4, "x@y.z", 5));
    }

    @Test
    void aProfilesDocumentIsALayerOfItsOwn() {
        yaml("""
                resilience.toys.car.max-attempts: 5
                ---
                resilience.toys.car.max-retries: 1
                """);

        assertThat(toy("car").attempts()).isEqualTo(2);
    }

    @Test
    void placeholdersAreFilledIn() {
        yaml("{players: 6, resilience.toys.car: {max-players: '${players}', max-wait: '${wait:4s}'}}");

        assertThat(toy("car").maxPlayers()).isEqualTo(6);
        assertThat(toy("car").maxWait()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aPlaceholderWithoutAValueIsAProblem() {
        yaml("resilience.toys.car.colours: '${nobody}'");

        assertThat(read().misread()).singleElement().satisfies(problem -> assertThat(problem.toString())
                .contains("resilience.toys.car.colours", "${nobody}", "application.yml:1", "${NAME:default}"));
    }

    @Test
    void namesWithDotsAreWrittenInBrackets() {
        yaml("resilience.toys: {'[Play.start(int)]': {max-players: 7}}");

        assertThat(read().catalog().names("toys")).containsExactly("Play.start(int)");
        assertThat(toy("Play.start(int)").maxPlayers()).isEqualTo(7);
    }

    @Test
    void aKnobWhereTheNameBelongsIsToldSo() {
        yaml("resilience.toys: {max-players: 3}");

        assertThat(read().misread()).singleElement().satisfies(problem -> {
            assertThat(problem.reason())
                    .isEqualTo("lacks the name of the toy: 'max-players' is a property of each of them");
            assertThat(problem.remedy())
                    .isEqualTo("Write 'resilience.toys.NAME.max-players: 3', or"
                            + " 'resilience.defaults.toys.max-players: 3' for all of them");
        });
    }

    @Test
    void aPolicyMayBeNamedWithoutSayingAnythingAboutIt() {
        yaml("resilience: {toys: {car: }}");

        assertThat(read().problems()).isEmpty();
        assertThat(read().catalog().names("toys")).containsExactly("car");
    }

    @Test
    void emptySectionsSayNothing() {
        yaml("resilience: {toys: , defaults: {toys: }, pipelines: }");

        assertThat(read().problems()).isEmpty();
    }

    @Test
    void aFileOfNothingButAnEmptyMapSaysNothing() {
        yaml("{}");

        assertThat(read().problems()).isEmpty();
        assertThat(read().catalog().names("toys")).isEmpty();
    }

    @Test
    void variablesMayWriteAnUnderscoreForADash() {
        yaml("resilience.toys.red-car: {max-players: 7}");
        variable("RESILIENCE_TOYS_RED_CAR_MAX_PLAYERS", "8");
        variable("RESILIENCE_TOYS_REDCAR_COLOURS_0", "green");
        variable("RESILIENCE_TOYS_REDCAR_COLOURS_1", "black");
        variable("RESILIENCE_TOYS_REDCAR_OVERRIDES_AGENT_1", "9");
        variable("RESILIENCE_DEFAULTS_TOYS_MAX_WAIT", "9s");
        variable("RESILIENCE_STRICT", "true");

        Toy toy = toy("red-car");

        assertThat(read().catalog().names("toys")).containsExactly("red-car");
        assertThat(toy.maxPlayers()).isEqualTo(8);
        assertThat(toy.colours()).containsExactly("green", "black");
        assertThat(toy.overrides()).containsEntry("agent_1", 9);
        assertThat(toy.maxWait()).isEqualTo(Duration.ofSeconds(9));
        assertThat(read().strict()).isTrue();
    }

    @Test
    void variablesOfSomebodyElseAreLeftAlone() {
        variable("RESILIENCE_SERVICE_HOST", "10.0.0.1");
        variable("RESILIENCE_PORT_8080_TCP", "tcp://10.0.0.1:8080");
        variable("RESILIENCE_PORT", "tcp://10.0.0.1:8080");
        variable("RESILIENCE_HOME", "/opt");

        assertThat(read().problems()).isEmpty();
    }

    @Test
    void aMistypedVariableIsAProblem() {
        variable("RESILIENCE_TOYS_CAR_MAX_PLAYRS", "8");
        variable("RESILIENCE_DEFALTS_TOYS_MAXWAIT", "8s");

        assertThat(read().problems())
                .extracting(Problem::origin)
                .containsExactlyInAnyOrder(
                        "environment variable RESILIENCE_TOYS_CAR_MAX_PLAYRS",
                        "environment variable RESILIENCE_DEFALTS_TOYS_MAXWAIT");
    }

    @Test
    void theSwitchesAreReadAndWhatIsSwitchedOffIsValidatedAllTheSame() {
        yaml("resilience: {enabled: false, strict: true, toys: {car: {max-players: 0}}}");

        ResilienceProperties properties = read();

        assertThat(properties.enabled()).isFalse();
        assertThat(properties.strict()).isTrue();
        assertThat(properties.problems()).hasSize(1);
    }

    @Test
    void theStatesThatAreUnhealthyAreReadInAnyOfTheirForms() {
        for (String yaml : List.of("'open, HALF-OPEN'", "[OPEN, half_open]")) {
            ResilienceProperties properties = EnvironmentReader.read(
                    Yaml.environment("resilience: {health-down-on: " + yaml + "}"), PolicyRegistry.kindsOnClassPath());

            assertThat(properties.problems()).isEmpty();
            assertThat(properties.healthDownOn()).containsExactly("OPEN", "HALF_OPEN");
        }
    }

    @Test
    void nothingConfiguredIsEnabledAndNotStrict() {
        assertThat(read().enabled()).isTrue();
        assertThat(read().strict()).isFalse();
        assertThat(read().problems()).isEmpty();
        read().validate();
    }

    @Test
    void aPipelineNamesItsPoliciesAndItsOrder() {
        yaml("""
                resilience.pipelines:
                  quotes:
                    toys: car, bus
                    order: [toys]
                """);
        first("test", Map.of("resilience.pipelines.other.Toys[0]", "car"));

        assertThat(read().problems()).isEmpty();
        assertThat(read().pipelines())
                .containsEntry(
                        "quotes",
                        new PipelineProperties(
                                "quotes", Map.of("toys", List.of("car", "bus")), List.of("toys"), "application.yml:3"))
                .containsEntry(
                        "other", new PipelineProperties("other", Map.of("toys", List.of("car")), List.of(), "test"));
    }

    @Test
    void aMistypedRootIsAnsweredWithTheNearestKindOrRoot() {
        yaml("resilience: {toyz: {car: {beeps: true}}, enabld: true, elephant: 1}");

        assertThat(read().problems())
                .extracting(Problem::property, Problem::origin, Problem::remedy)
                .containsExactlyInAnyOrder(
                        tuple("resilience.toyz.car.beeps", "application.yml:1", "Did you mean 'toys'?"),
                        tuple("resilience.enabld", "application.yml:1", "Did you mean 'enabled'?"),
                        tuple(
                                "resilience.elephant",
                                "application.yml:1",
                                "Known are enabled, strict, durations, health-down-on, defaults, pipelines, http, http-clients, retry-log, toys"));
    }

    @Test
    void aNameThatBindingWouldTearApartIsAnsweredWithItsBrackets() {
        yaml("resilience.toys.Play.start.max-players: 7");

        assertThat(read().problems()).singleElement().satisfies(problem -> {
            assertThat(problem.property()).isEqualTo("resilience.toys.Play.start.max-players");
            assertThat(problem.reason()).contains("'Play.start' doesn't survive");
            assertThat(problem.remedy()).contains("\"[Play.start]\"");
        });
    }

    @Test
    void aNameOrAnEntryThatWouldLoseCharactersIsAnsweredWithItsBrackets() {
        yaml("resilience.toys: {a/b: {max-players: 7}, car: {overrides: {x@y.z: 5}}}");

        assertThat(read().problems())
                .extracting(Problem::remedy)
                .satisfiesExactlyInAnyOrder(
                        remedy -> assertThat(remedy).contains("\"[a/b]\""),
                        remedy -> assertThat(remedy).contains("\"[x@y.z]\""));
    }

    @Test
    void annotationsStandBelowTheFileAndAboveTheDefaults() {
        yaml("resilience: {defaults.toys: {max-players: 5, max-wait: 5s}, toys.car.max-players: 7}");
        ResilienceProperties properties = read();
        properties
                .catalog()
                .annotate(
                        "toys",
                        "car",
                        Setting.layer(Map.of("max-players", "6", "max-wait", "6s"), "annotation Play#start"));

        Toy toy = properties.catalog().resolve(toys, "car").configuration();

        assertThat(toy.maxPlayers()).isEqualTo(7);
        assertThat(toy.maxWait()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void allProblemsOfAllPoliciesComeAtOnce() {
        yaml("resilience: {toys: {car: {max-players: 0}, bus: {max-wait: 5}}, toyz: 1, strict: maybe}");

        assertThatThrownBy(() -> read().validate())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContainingAll(
                        "4 problems",
                        "resilience.toys.car.max-players",
                        "resilience.toys.bus.max-wait",
                        "resilience.toyz",
                        "resilience.strict");
    }

    @Test
    void aKindWrittenAsIfThereWereOneIsToldTheNameOfMany() {
        yaml("resilience.retry.upstream.max-attempts: 3");

        assertThat(EnvironmentReader.read(environment, List.of(new RetryKind())).problems())
                .extracting(Problem::remedy)
                .containsExactly("Did you mean 'retries'?");
    }

    @Test
    void anUnquotedOnIsTheKnobOfThatNameThoughYamlReadsItAsTrue() {
        record Listening(
                @Knob(value = "What it answers to.", example = "clap")
                List<String> on) {}
        yaml("resilience: {defaults: {ears: {on: clap}}, ears: {left: {on: [clap, shout]}, right: }}");
        PolicyKind<Listening, Listening> ears = new BareKind<>("ears", Listening.class);

        ResilienceProperties properties = EnvironmentReader.read(environment, List.of(ears));

        assertThat(properties.problems()).isEmpty();
        assertThat(properties.catalog().resolve(ears, "left").configuration().on())
                .containsExactly("clap", "shout");
        assertThat(properties.catalog().resolve(ears, "right").configuration().on())
                .containsExactly("clap");
    }

    private void yaml(String yaml) {
        Yaml.add(environment, "application.yml", yaml);
    }

    private void first(String name, Map<String, Object> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource(name, properties));
    }

    private final Map<String, Object> variables = new LinkedHashMap<>();

    private void variable(String name, String value) {
        variables.put(name, value);
        environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource("systemEnvironment", variables));
    }

    private ResilienceProperties read() {
        return EnvironmentReader.read(environment, List.of(toys));
    }

    private Map<String, Shown> view(String name) {
        return read().catalog().resolve(toys, name).view();
    }

    private Toy toy(String name) {
        return read().catalog().resolve(toys, name).configuration();
    }
}
