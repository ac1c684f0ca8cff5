package dev.resilience.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.ProblemDetail;
import org.springframework.web.client.RestClient;

/**
 * A short outage. Its figures are for its readers; here they are only held against what even a slow machine keeps to. Nobody
 * told the carrier's client about a timeout: that the carrier finds connections closed is the guard's doing.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "resilience.circuit-breakers.carrier.open-wait=3s",
            "resilience.rate-limiters.carrier.limits=1000/1s"
        })
class OutageTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Stage stage;

    @Test
    void failsOverWhenTheTimeIsOverAndComesBackWhenTheEndpointSaidSo() {
        Outage.Report report = client().post().uri("/demo/outage").retrieve().requiredBody(Outage.Report.class);

        assertThat(report.well().answers()).containsKey("real");
        assertThat(report.hanging().answers()).containsOnlyKeys("estimate");
        assertThat(report.hanging().timeoutMillis()).isEqualTo(500);
        assertThat(report.hanging().guardedCallMillis().max()).isBetween(500.0, 5000.0);
        assertThat(report.open().endpoint().state()).isEqualTo("OPEN");
        assertThat(report.open().endpoint().reason()).endsWith("calls failed");
        assertThat(report.open().endpoint().probeAt())
                .isCloseTo(report.open().endpoint().since().plusMillis(2850), within(200, ChronoUnit.MILLIS));
        assertThat(report.open().guardedCallMicros().median()).isPositive().isLessThan(100_000);
        assertThat(report.healed().abandoned()).isPositive();
        assertThat(report.healed().millisAfterProbeAt()).isNotNegative();
        assertThat(report.healed().endpoint().state()).isEqualTo("CLOSED");
    }

    @Test
    void waitsForTheStormToBeOver() {
        stage.enter("storm");
        try {
            ProblemDetail answer = client().post()
                    .uri("/demo/outage")
                    .exchange((request, response) -> response.bodyTo(ProblemDetail.class));
            assertThat(answer.getStatus()).isEqualTo(409);
            assertThat(answer.getDetail()).isEqualTo("the storm isn't over; ask again when it is");
        } finally {
            stage.leave("storm");
        }
    }

    private RestClient client() {
        return RestClient.create("http://localhost:" + port);
    }
}
