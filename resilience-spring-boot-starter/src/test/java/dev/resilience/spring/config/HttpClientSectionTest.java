package dev.resilience.spring.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class HttpClientSectionTest {

    private StandardEnvironment environment = Yaml.environment("");

    @Test
    void withoutAWordDeadlinesTravelAndNobodyIsToldOfThem() {
        assertThat(read().httpClients()).isEqualTo(new HttpClientKnobs(true, null));
    }

    @Test
    void saysWhetherDeadlinesTravelAndInWhichHeader() {
        environment = Yaml.environment("resilience.http-clients: {deadlines: off, deadlineHeader: X-Time-Left}");

        assertThat(read().problems()).isEmpty();
        assertThat(read().httpClients()).isEqualTo(new HttpClientKnobs(false, "X-Time-Left"));
    }

    @Test
    void aStrongerSourceSaysOnlyWhatItKnowsBetter() {
        environment = Yaml.environment("resilience.http-clients: {deadlines: false, deadline-header: X-Time-Left}");
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("stronger", Map.of("resilience.http-clients.deadlines", "true")));

        assertThat(read().httpClients()).isEqualTo(new HttpClientKnobs(true, "X-Time-Left"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESILIENCE_HTTP_CLIENTS_DEADLINE_HEADER", "RESILIENCE_HTTPCLIENTS_DEADLINEHEADER"})
    void isReadFromEnvironmentVariables(String name) {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("variables", Map.of(name, "X-Time-Left")));

        assertThat(read().problems()).isEmpty();
        assertThat(read().httpClients().deadlineHeader()).isEqualTo("X-Time-Left");
    }

    @Test
    void aTypoIsToldWithTheNearestName() {
        environment = Yaml.environment("resilience.http-clients: {deadline-heder: X-Time-Left}");

        assertThat(read().problems()).singleElement().satisfies(problem -> assertThat(problem.remedy())
                .isEqualTo("Did you mean 'deadline-header'?"));
    }

    private ResilienceProperties read() {
        return EnvironmentReader.read(environment, PolicyRegistry.kindsOnClassPath());
    }
}
