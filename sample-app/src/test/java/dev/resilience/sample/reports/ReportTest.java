package dev.resilience.sample.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** With room for one report, and for one that waits. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "reports.takes=3s",
            "resilience.timeouts.reports.timeout=60s",
            "resilience.bulkheads.reports.max-concurrent=1",
            "resilience.bulkheads.reports.max-waiting=1",
            "resilience.bulkheads.reports.max-wait=60s"
        })
class ReportTest {

    @LocalServerPort
    private int port;

    @Test
    void aUserTakesThePlaceOfABoardInTheLine() {
        CompletableFuture<ResponseEntity<String>> first = ask("admin", true);
        await().until(() -> seats("in-use") == 1);
        CompletableFuture<ResponseEntity<String>> board = ask("admin", true);
        await().until(() -> seats("waiting") == 1);
        CompletableFuture<ResponseEntity<String>> user = ask("seller", false);

        assertThat(board.join().getStatusCode().value()).isEqualTo(503);
        assertThat(board.join().getBody()).contains("a more important call took its place in the line");
        assertThat(first.join().getStatusCode().value()).isEqualTo(200);
        assertThat(user.join().getStatusCode().value()).isEqualTo(200);
    }

    private CompletableFuture<ResponseEntity<String>> ask(String name, boolean background) {
        return CompletableFuture.supplyAsync(
                () -> client().get()
                        .uri("/api/v1/reports/sales?background=" + background)
                        .headers(headers -> headers.setBasicAuth(name, name))
                        .retrieve()
                        .toEntity(String.class),
                task -> new Thread(task).start());
    }

    private long seats(String number) {
        return client().get()
                .uri("/actuator/resilience/bulkheads/reports")
                .retrieve()
                .requiredBody(JsonNode.class)
                .path("numbers")
                .path(number)
                .asLong();
    }

    private RestClient client() {
        return RestClient.builder()
                .baseUrl("http://localhost:" + port)
                .defaultStatusHandler(status -> true, (request, response) -> {})
                .build();
    }
}
