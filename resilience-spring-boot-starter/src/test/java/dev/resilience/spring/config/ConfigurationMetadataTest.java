package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyKind;
import dev.resilience.ToyKind;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Knobs.Described;
import dev.resilience.configuration.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.json.JsonParserFactory;

/**
 * The metadata an IDE reads is a file of the starter, made from the records and compared with them here. To renew it:
 * {@code mvn -pl resilience-spring-boot-starter -am test -Dtest=ConfigurationMetadataTest -Dmetadata=write
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ConfigurationMetadataTest {

    private static final Path FILE = Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");
    private static final String RENEW = "mvn -pl resilience-spring-boot-starter -am test"
            + " -Dtest=ConfigurationMetadataTest -Dmetadata=write -Dsurefire.failIfNoSpecifiedTests=false";

    static List<PolicyKind<?, ?>> kinds() {
        List<PolicyKind<?, ?>> kinds = new ArrayList<>();
        ServiceLoader.load(PolicyKind.class).forEach(kinds::add);
        kinds.sort(Comparator.comparing(PolicyKind::id));
        return kinds;
    }

    @Test
    void theFileSaysWhatTheRecordsSay() throws IOException {
        String expected = ConfigurationMetadata.of(kinds());
        if ("write".equals(System.getProperty("metadata"))) {
            Files.writeString(FILE, expected);
        }

        assertThat(FILE).as("stale; renew it by: " + RENEW).hasContent(expected);
    }

    @Test
    void itIsJsonWithATypeADescriptionAndADefaultOfThatType() {
        Map<String, Object> json =
                JsonParserFactory.getJsonParser().parseMap(ConfigurationMetadata.of(List.of(new ToyKind())));

        assertThat(named(json, "properties", "resilience.toys"))
                .containsEntry("type", "java.util.Map<java.lang.String,dev.resilience.ToyKind$Toy>");
        assertThat(named(json, "properties", "resilience.defaults.toys.max-players"))
                .containsEntry("type", "java.lang.Integer")
                .containsEntry("description", "How many may play at once.")
                .hasEntrySatisfying("defaultValue", value -> assertThat(value).hasToString("4"));
        assertThat(named(json, "properties", "resilience.defaults.toys.colours"))
                .containsEntry("type", "java.util.List<java.lang.String>")
                .containsEntry("defaultValue", List.of("red", "blue"));
        assertThat(named(json, "properties", "resilience.defaults.toys.turns")).doesNotContainKey("defaultValue");
        assertThat(named(json, "properties", "resilience.enabled")).containsEntry("defaultValue", true);
        assertThat(named(json, "properties", "resilience.defaults.toys.shadow")).containsEntry("defaultValue", false);
        assertThat(named(json, "hints", "resilience.defaults.toys.mode").get("values"))
                .hasToString("[{value=rolling}, {value=standing-still}]");
        assertThat(named(json, "hints", "resilience.defaults.toys.base").get("values"))
                .hasToString("[{value=ball}, {value=train}]");
    }

    static Stream<Described> knobs() {
        Stream<Described> others = Stream.of(
                        Roots.class, HttpKnobs.class, HttpClientKnobs.class, RetryLogKnobs.class, RuleKnobs.class)
                .flatMap(type -> Knobs.of(type).stream());
        return Stream.concat(kinds().stream().flatMap(kind -> Knobs.of(kind).stream()), others);
    }

    @ParameterizedTest
    @MethodSource("knobs")
    void everyKnobIsDescribedAndHasADefaultOrAnExample(Described knob) {
        assertThat(knob.knob().value()).matches("[A-Z].*");
        assertThat(knob.exampleOrDefault()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyExampleCanBeWritten(PolicyKind<?, ?> kind) {
        for (Described knob : Knobs.of(kind.configurationType())) {
            String address = knob.isMap() ? knob.name() + ".agent" : knob.name();
            Map<String, Setting> layer = Setting.layer(Map.of(address, knob.exampleOrDefault()), "example");

            assertThat(Configurations.bind(kind.configurationType(), List.of(layer))
                            .problems())
                    .filteredOn(problem -> problem.property().equals(address))
                    .filteredOn(problem -> problem.reason().startsWith("the value"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyPresetIsValid(PolicyKind<?, ?> kind) {
        kind.presets().values().forEach(preset -> Configurations.of(kind.configurationType(), preset));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> named(Map<String, Object> json, String section, String name) {
        return ((List<Map<String, Object>>) json.get(section))
                .stream()
                        .filter(entry -> entry.get("name").equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
