package dev.resilience.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.GuardReport;
import dev.resilience.spring.Rig;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The endpoint answers what the page of the rate limiter shows. */
class UsageExampleTest {

    private static final Map<String, String> PLACEMENT = Map.of("key", "#agentId", "tier", "#role");

    private final Rig rig = new Rig();
    private final JsonMapper json = JsonMapper.builder().build();

    @Test
    void theUsageOfOneKeyIsWhatThePageShows() {
        var agents = rig.policy(
                "rate-limiters",
                "agents",
                Map.of("limits", "60/1m, 1000/1h", "tiers.admin", "200/1m", "overrides.agent-123", "120/1m"));
        var pipeline = rig.pipeline("QuoteService.quote", "agent-123", agents);
        rig.time.advance(Duration.ofHours(12));
        pipeline.run(() -> {});
        pipeline.run(() -> {});
        rig.time.advance(Duration.ofSeconds(18));

        Object answer =
                new ResilienceEndpoint(rig.registry, new OneMethod()).part("rate-limiters", "agents", "agent-123");

        String shown = Document.pattern("rate-limiter").blocks("json").get(0);
        assertThat(json.readTree(json.writeValueAsString(answer))).isEqualTo(json.readTree(shown));
    }

    private static final class OneMethod implements GuardReport {

        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Map<String, Method> methods() {
            Placed placed = new Placed("rate-limiters", "rate-limiters", "agents", PLACEMENT);
            return Map.of("QuoteService.quote", new Method("blocking", Map.of(), List.of(placed)));
        }

        @Override
        public List<Note> findings() {
            return List.of();
        }
    }
}
