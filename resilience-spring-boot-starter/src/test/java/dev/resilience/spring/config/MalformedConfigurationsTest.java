package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.PolicyKind;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.ToyKind;
import dev.resilience.configuration.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;

/** No malformed configuration is accepted, and each is answered with property, value, place, reason and remedy. */
class MalformedConfigurationsTest {

    private static final List<PolicyKind<?, ?>> KINDS = kinds();

    private static List<PolicyKind<?, ?>> kinds() {
        List<PolicyKind<?, ?>> kinds = new ArrayList<>(List.of(new ToyKind()));
        ServiceLoader.load(PolicyKind.class).forEach(kinds::add);
        return kinds;
    }

    static Stream<MalformedConfiguration> malformed() throws IOException {
        String nonsense = new ClassPathResource("malformed.yml").getContentAsString(StandardCharsets.UTF_8);
        return Stream.concat(MalformedConfigurations.of(KINDS).stream(), MalformedConfigurations.nonsense(nonsense));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void isRefusedAndExplained(MalformedConfiguration malformed) {
        ResilienceProperties properties = EnvironmentReader.read(Yaml.environment(malformed.yaml()), KINDS);

        ResilienceConfigurationException refused =
                catchThrowableOfType(ResilienceConfigurationException.class, properties::validate);

        assertThat(refused).as(malformed.yaml()).isNotNull();
        assertThat(refused.problems())
                .as(malformed.yaml())
                .anySatisfy(problem -> assertExplains(problem, malformed))
                .allSatisfy(problem -> assertThat(problem.toString()).doesNotContainPattern("(^|[ '(])null\\b"));
        assertThat(refused).hasMessageContaining(malformed.property());
    }

    private static void assertExplains(Problem problem, MalformedConfiguration malformed) {
        assertThat(problem.property()).contains(malformed.property());
        assertThat(problem.value()).isEqualTo(malformed.value());
        assertThat(problem.origin())
                .matches(origin -> problem.value() == null || origin.startsWith("application.yml:"));
        assertThat(problem.reason()).isNotBlank();
        assertThat(problem.remedy()).isNotBlank();
    }

    @Test
    void thereAreEnoughOfThemAndNoTwoAreTheSame() throws IOException {
        assertThat(malformed()).hasSizeGreaterThan(1000);
        assertThat(malformed().map(MalformedConfiguration::yaml)).doesNotHaveDuplicates();
    }

    @Test
    void theSameWrittenProperlyIsAccepted() {
        String proper = """
                resilience:
                  enabled: true
                  defaults.toys: {max-wait: 1s, base: train}
                  toys:
                    upstream: {max-players: 3, overrides: {'[x@y.z]': 7}, base: other}
                    other:
                    "[QuoteService.quote]": {shadow: true}
                  pipelines.quotes: {toys: upstream, order: [toys]}
                """;

        assertThat(EnvironmentReader.read(Yaml.environment(proper), KINDS).problems())
                .isEmpty();
    }
}
