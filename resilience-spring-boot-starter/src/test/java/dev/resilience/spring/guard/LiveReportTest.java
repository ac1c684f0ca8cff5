package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveReportTest {

    @Test
    void showsWhatBelongsToEachPolicyOnAMethodAsItIsWritten() {
        Starters.with(Quotes.class).run(context -> assertThat(context.getBean(GuardReport.class)
                        .methods()
                        .get("Quotes.quote")
                        .policies())
                .extracting(GuardReport.Placed::placement)
                .containsExactly(Map.of("method", "estimate"), Map.of("key", "#agentId")));
    }

    static class Quotes {
        @RateLimited(name = "agents", limits = "60/1m", key = "#agentId")
        @Fallback("estimate")
        public String quote(String agentId) {
            return "quote";
        }

        String estimate(String agentId) {
            return "estimate";
        }
    }
}
