package dev.resilience.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.spring.Rig;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResilienceMetersTest {

    private final Rig rig = new Rig();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void countsCallsByOutcome() throws Exception {
        Pipeline pipeline = rig.pipeline("Reports.sales", rig.policy("bulkheads", "reports", Map.of()));
        new ResilienceMeters(rig.registry, false).bindTo(meters);
        pipeline.run(() -> {});
        assertThatThrownBy(() -> pipeline.call(() -> {
            throw new IllegalStateException();
        }));
        assertThat(calls("bulkheads", "reports", "success")).isEqualTo(1);
        assertThat(calls("bulkheads", "reports", "failure")).isEqualTo(1);
    }

    @Test
    void bindsEveryKindAndPoliciesThatComeLater() {
        new ResilienceMeters(rig.registry, false).bindTo(meters);
        rig.policy("rate-limiters", "late", Map.of("limits", "5/1s"));
        rig.policy("timeouts", "late", Map.of("timeout", "1s"));
        rig.policy("caches", "late", Map.of());
        for (String kind : new String[] {"rate-limiters", "timeouts", "caches"}) {
            assertThat(calls(kind, "late", "success")).isZero();
        }
        assertThat(meters.get("resilience.rate-limiters.limit")
                        .tag("name", "late")
                        .gauge()
                        .value())
                .isEqualTo(5);
    }

    @Test
    void showsOneForTheStateABreakerIsInAndZeroForTheOthers() {
        rig.policy("circuit-breakers", "upstream", Map.of());
        new ResilienceMeters(rig.registry, false).bindTo(meters);
        assertThat(meters.find("resilience.state").gauges().stream()
                        .filter(gauge -> gauge.value() == 1)
                        .map(gauge -> gauge.getId().getTag("state")))
                .containsExactly("CLOSED");
        assertThat(meters.find("resilience.state").gauges()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void recordsDurationsOnlyWhereAskedTo() throws Exception {
        Pipeline pipeline = rig.pipeline("Reports.sales", rig.policy("bulkheads", "reports", Map.of()));
        new ResilienceMeters(rig.registry, true).bindTo(meters);
        pipeline.run(() -> rig.time.advance(Duration.ofMillis(250)));
        assertThat(meters.get("resilience.durations")
                        .tag("name", "reports")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(250);
    }

    @Test
    void tagsAreKindNameAndClosedSetsOnly() {
        for (PolicyKind<?, ?> kind : rig.registry.kinds()) {
            if (kind.hasUsefulDefaults()) {
                rig.policy(kind.id(), "one", Map.of());
            }
        }
        new ResilienceMeters(rig.registry, true).bindTo(meters);
        assertThat(meters.getMeters().stream()
                        .map(Meter::getId)
                        .flatMap(id -> id.getTags().stream())
                        .map(Tag::getKey)
                        .collect(Collectors.toSet()))
                .containsOnly("kind", "name", "outcome", "what", "state");
    }

    @ParameterizedTest
    @CsvSource({
        "circuit-breakers, consecutive-failures, 1",
        "bulkheads, max-concurrent, 1",
        "rate-limiters, limits, 1/1m"
    })
    void aThousandKeysMakeNoMeterMoreAndAreInNone(String kind, String knob, String value) {
        PolicyInstance<?, ?> policy = rig.policy(kind, "hosts", Map.of(knob, value));
        new ResilienceMeters(rig.registry, true).bindTo(meters);
        int before = meters.getMeters().size();
        for (int key = 0; key < 1_000; key++) {
            String host = "host-" + key;
            Pipeline pipeline = rig.pipeline("Hosts.ask", host, policy);
            catchThrowable(() -> pipeline.run(() -> pipeline.run(() -> {
                throw new IllegalStateException("down");
            })));
            catchThrowable(() -> pipeline.run(() -> {}));
        }
        assertThat(meters.getMeters()).hasSize(before);
        assertThat(meters.getMeters())
                .extracting(meter -> meter.getId().toString())
                .noneMatch(id -> id.contains("host-"));
        assertThat(calls(kind, "hosts", "refused")).isGreaterThanOrEqualTo(1_000);
    }

    private double calls(String kind, String name, String outcome) {
        return meters.get("resilience.calls")
                .tags("kind", kind, "name", name, "outcome", outcome)
                .functionCounter()
                .count();
    }
}
