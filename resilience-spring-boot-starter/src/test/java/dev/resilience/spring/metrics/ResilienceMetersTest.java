package dev.resilience.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Pipeline;
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

    private double calls(String kind, String name, String outcome) {
        return meters.get("resilience.calls")
                .tags("kind", kind, "name", name, "outcome", outcome)
                .functionCounter()
                .count();
    }
}
