package dev.resilience.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

/**
 * Storms of two seconds, with budgets that allow 20 % and nothing besides. They are held against what retries promise, and not
 * against how fast a machine is.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"carrier.port=0", "resilience.retries.rates.budget-floor=0"})
class RetryStormTest {

    @TempDir
    static Path folder;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void retryLog(DynamicPropertyRegistry properties) {
        properties.add("resilience.retry-log.file", () -> folder.resolve("retries.jsonl"));
    }

    /** Retries are paid for by the calls of ten seconds, of which these are but two: so there may be more than 20 % of those. */
    @Test
    void layersOfRetriesDoNotMultiplyCallsAndHandNoParcelOverTwice() throws IOException {
        RetryStormReport report = rage(false);

        assertThat(report.naive().amplification()).isEqualTo(27);
        assertThat(report.down().amplification()).isGreaterThan(1).isLessThan(3);
        assertThat(report.bookings().offered()).isPositive();
        assertThat(report.bookings().retries()).isZero();
        assertThat(report.layers()).containsOnlyKeys("checkout", "shipping", "rates-unbroken");
        assertThat(Files.readString(folder.resolve("retries.jsonl")))
                .contains("\"policy\":\"rates\"", "\"context\":{\"caller\":\"caller-");
    }

    @Test
    void aBreakerSparesTheCarrierAndClosesSoonAfterItHasHealed() {
        RetryStormReport report = rage(true);

        assertThat(report.down().amplification()).isPositive().isLessThan(2);
        assertThat(report.healed().successShareThereafter()).isGreaterThan(0.5);
        assertThat(report.layers()).containsOnlyKeys("checkout", "shipping", "rates");
        assertThat(report.layers().get("rates").calls().get("rejections").longValue())
                .isPositive();
    }

    private RetryStormReport rage(boolean breaker) {
        return RestClient.create("http://localhost:" + port)
                .post()
                .uri("/demo/retry-storm?seconds=2&breaker=" + breaker)
                .retrieve()
                .requiredBody(RetryStormReport.class);
    }
}
