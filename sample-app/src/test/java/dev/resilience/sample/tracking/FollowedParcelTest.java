package dev.resilience.sample.tracking;

import static org.awaitility.Awaitility.await;

import dev.resilience.PolicyRegistry;
import dev.resilience.sample.carrier.Whereabouts;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** With answers that are hardly ever fresh. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "resilience.caches.tracking.ttl=1ms",
            "resilience.recoveries.tracking.restart-pause=1ms",
            "resilience.timeouts.tracking.timeout=30s"
        })
class FollowedParcelTest {

    @Autowired
    private TrackingService tracking;

    @Autowired
    private PolicyRegistry policies;

    @Test
    void whereAParcelIsNowIsAskedBehindTheAnswerThatIsThere() {
        Whereabouts first = tracking.locate("N-1");

        await().until(() -> !tracking.locate("N-1").equals(first));

        await().until(() -> refreshes() > 0);
    }

    private long refreshes() {
        return policies.find("caches", "tracking")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get("refreshes")
                .longValue();
    }
}
