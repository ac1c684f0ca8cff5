package dev.resilience.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resilience.sample.trends.TrendService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** A storm of three seconds, with limits that a caller reaches in so short a time. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"carrier.port=0", "reports.takes=0s", "resilience.rate-limiters.agents.limits=6/1m"})
class StormTest {

    @Autowired
    private Storm storm;

    @Autowired
    private TrendService trends;

    @Test
    void bringsRefusalsEstimatesAndCacheHitsToCallersWhoAreLoggedIn() {
        storm.begin(3);

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(answers())
                .containsKeys(
                        "/api/v1/quotes 200",
                        "/api/v1/quotes 200 (estimate)",
                        "/api/v1/quotes 429",
                        "/api/v1/reports/sales for admin 200",
                        "/api/v1/reports/sales for seller 200")
                .containsEntry("/api/v1/trends/books for admin 200", 6L)
                .containsEntry("/api/v1/trends/books for viewer 200", 3L)
                .containsEntry("/api/v1/trends/books for anybody 200", 3L));
        assertThat(answers().keySet()).noneMatch(answer -> answer.contains("401") || answer.contains("unreachable"));
        assertThat(trends.computations()).isEqualTo(1);
    }

    private Map<String, Long> answers() {
        return storm.report().answers();
    }
}
