package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerConfigurationTest {

    @Test
    void hasUsefulDefaults() {
        CircuitBreakerConfiguration defaults = Configurations.defaults(CircuitBreakerConfiguration.class);

        assertThat(defaults.window()).isEqualTo(Window.ofCalls(100));
        assertThat(defaults.minimumCalls()).isEqualTo(10);
        assertThat(defaults.failureRateThreshold()).isEqualTo(50);
        assertThat(defaults.slowCallDuration()).isNull();
        assertThat(defaults.slowCallRateThreshold()).isEqualTo(100);
        assertThat(defaults.automaticHalfOpen()).isFalse();
        assertThat(defaults.ramp()).isNull();
        assertThat(defaults.openWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.openWaitMultiplier()).isEqualTo(2);
        assertThat(defaults.maxOpenWait()).isEqualTo(Duration.ofMinutes(5));
        assertThat(defaults.probes()).isEqualTo(3);
        assertThat(defaults.probeLease()).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.successThreshold()).isEqualTo(3);
        assertThat(defaults.consecutiveFailures()).isNull();
        assertThat(defaults.failuresInWindow()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"60s, 60s", "1m30s, 1m30s", "PT2M, 2m", "1d, 1d", "1s, 1s"})
    void aWindowWithAUnitIsATime(String text, String plain) {
        assertThat(Window.parse(text).span()).isNotNull();
        assertThat(Window.parse(text)).hasToString(plain.equals("60s") ? "1m" : plain);
    }

    @ParameterizedTest
    @CsvSource({"1", "100", "100000"})
    void aWindowWithoutAUnitIsANumberOfCalls(String text) {
        assertThat(Window.parse(text).span()).isNull();
        assertThat(Window.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "window, 0",
        "window, -5",
        "window, 100001",
        "window, 99999999999",
        "window, 999ms",
        "window, 2d",
        "window, soon",
        "minimum-calls, 0",
        "minimum-calls, 101",
        "failure-rate-threshold, 0",
        "failure-rate-threshold, 101",
        "slow-call-rate-threshold, 0.5",
        "slow-call-rate-threshold, 200",
        "slow-call-rate-threshold, 80",
        "ramp, 0",
        "slow-call-duration, 0",
        "consecutive-failures, 0",
        "failures-in-window, 0",
        "failures-in-window, 101",
        "open-wait, 0",
        "open-wait, 30",
        "open-wait-multiplier, 0.9",
        "max-open-wait, 29s",
        "open-wait-jitter, 91",
        "probes, 0",
        "probe-lease, 0",
        "success-threshold, 0",
        "success-threshold, 4",
        "probs, 3",
    })
    void refusesWhatCantBeMeantAndSaysWhatToWrite(String knob, String value) {
        List<Problem> problems = problems(Map.of(knob, value));

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.property()).isEqualTo(knob);
            assertThat(problem.value()).isNotBlank();
            assertThat(problem.reason()).isNotBlank();
            assertThat(problem.remedy()).isNotBlank();
        });
    }

    @Test
    void reportsEverythingAtOnce() {
        List<Problem> problems = problems(
                Map.of("window", "5", "failure-rate-threshold", "0", "open-wait", "10m", "success-threshold", "9"));

        assertThat(problems)
                .extracting(Problem::property)
                .containsExactlyInAnyOrder(
                        "minimum-calls", "failure-rate-threshold", "max-open-wait", "success-threshold");
    }

    @Test
    void tellsEverythingThatIsWrongWithWhatCounts() {
        List<Problem> problems = problems(
                Map.of("failures", "503, IOException", "ignored", "IOException", "failure-statuses", "302, 5xx"));

        assertThat(problems)
                .extracting(Problem::property, Problem::value, Problem::reason)
                .containsExactlyInAnyOrder(
                        tuple("failures", "503", "is no name of an exception"),
                        tuple("ignored", "IOException", "is in 'failures' as well"),
                        tuple("failure-statuses", "302", "includes statuses below 400, which are no failures"));
    }

    @Test
    void aWindowOfTimeHoldsAnyNumberOfCalls() {
        CircuitBreakerConfiguration configuration = Configurations.of(
                CircuitBreakerConfiguration.class,
                Map.of("window", "10s", "minimum-calls", "500", "failures-in-window", "1000"));

        assertThat(configuration.minimumCalls()).isEqualTo(500);
    }

    @Test
    void itsPresetsAreConfigurations() {
        Map<String, Map<String, String>> presets = new CircuitBreakerKind().presets();

        assertThat(preset(presets, "email").consecutiveFailures()).isEqualTo(3);
        assertThat(preset(presets, "email").openWait()).isEqualTo(Duration.ofMinutes(2));
        assertThat(preset(presets, "redis").consecutiveFailures()).isEqualTo(5);
        assertThat(preset(presets, "redis").openWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(preset(presets, "external-api").consecutiveFailures()).isEqualTo(5);
        assertThat(preset(presets, "external-api").openWait()).isEqualTo(Duration.ofSeconds(60));
    }

    private static CircuitBreakerConfiguration preset(Map<String, Map<String, String>> presets, String name) {
        return Configurations.of(CircuitBreakerConfiguration.class, presets.get(name));
    }

    private static List<Problem> problems(Map<String, String> texts) {
        return catchThrowableOfType(
                        ResilienceConfigurationException.class,
                        () -> Configurations.of(CircuitBreakerConfiguration.class, texts))
                .problems();
    }
}
