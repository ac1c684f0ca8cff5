package dev.resilience.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.carrier.Parcel;
import dev.resilience.sample.quotes.Quote;
import dev.resilience.sample.trends.TrendService;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** Its stories follow each other faster than the carrier's limit of a second would let them. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"carrier.port=0", "resilience.rate-limiters.carrier.limits=10000/1s"})
class MarketplaceTest {

    private static final Faults FAST = Faults.failing(0, 0);
    private static final Faults DOWN = Faults.failing(1, 0);

    @LocalServerPort
    private int port;

    @Autowired
    private FlakyCarrier carrier;

    @Autowired
    private TrendService trends;

    private RestClient client;

    @BeforeEach
    void connect() {
        carrier.misbehave(FAST);
        client = RestClient.builder()
                .baseUrl("http://localhost:" + port)
                .defaultStatusHandler(status -> true, (request, response) -> {})
                .build();
    }

    @Test
    void anAgentGetsItsSixtyQuotesAMinuteAndIsToldWhenToComeBack() {
        List<ResponseEntity<String>> answers =
                IntStream.range(0, 61).mapToObj(call -> ask("agent-7")).toList();
        assertThat(answers.subList(0, 60))
                .allMatch(answer -> answer.getStatusCode().value() == 200);
        ResponseEntity<String> last = answers.get(60);
        assertThat(last.getStatusCode().value()).isEqualTo(429);
        assertThat(Long.parseLong(last.getHeaders().getFirst("Retry-After"))).isBetween(1L, 60L);
        assertThat(last.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(last.getBody()).contains("agents");
    }

    @Test
    void anotherAgentHasMore() {
        assertThat(IntStream.range(0, 121)
                        .mapToObj(call -> ask("agent-123"))
                        .filter(answer -> answer.getStatusCode().value() == 200))
                .hasSize(120);
    }

    @Test
    void aCarrierThatIsDownIsReplacedByAnEstimateAndSoonNotAskedAnyMore() {
        carrier.misbehave(DOWN);
        for (int call = 0; call < 12; call++) {
            assertThat(client.post()
                            .uri("/api/v1/quotes")
                            .header("X-API-Key", "agent-8")
                            .body(parcel())
                            .retrieve()
                            .body(Quote.class)
                            .estimate())
                    .isTrue();
        }
        assertThat(endpoint("circuit-breakers/carrier").path("state").asString())
                .isEqualTo("OPEN");
        assertThat(endpoint("retries/carrier").path("calls").path("tried-again").asLong())
                .isPositive();
        long asked = carrier.requests();
        ask("agent-8");
        assertThat(carrier.requests()).isEqualTo(asked);
    }

    @Test
    void aTrendIsComputedOnceForManyCallers() {
        List<CompletableFuture<String>> callers = Stream.generate(() -> CompletableFuture.supplyAsync(() ->
                        client.get().uri("/api/v1/trends/books").retrieve().body(String.class)))
                .limit(16)
                .toList();
        assertThat(callers).allMatch(caller -> caller.join().contains("\"category\":\"books\""));
        assertThat(trends.computations()).isEqualTo(1);
    }

    @Test
    void ofManyReportsTwoRunFourWaitAndTheOthersAreToldSo() {
        List<CompletableFuture<Integer>> callers = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> client.get()
                                .uri("/api/v1/reports/sales")
                                .headers(headers -> headers.setBasicAuth("seller", "seller"))
                                .retrieve()
                                .toBodilessEntity()
                                .getStatusCode()
                                .value(),
                        task -> new Thread(task).start()))
                .limit(9)
                .toList();
        List<Integer> statuses = callers.stream().map(CompletableFuture::join).toList();
        assertThat(statuses).contains(200).contains(503).containsOnly(200, 503);
        assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(2L, 6L);
    }

    @Test
    void theEndpointShowsEveryPolicyAndWhereItWasConfigured() {
        JsonNode overview = endpoint("");
        assertThat(overview.path("enabled").asBoolean()).isTrue();
        assertThat(overview.path("methods").propertyNames()).contains("QuoteService.quote", "quotes", "api");
        JsonNode limits = overview.path("kinds")
                .path("rate-limiters")
                .path("agents")
                .path("config")
                .path("limits");
        assertThat(limits.path("effective").asString()).isEqualTo("60/1m, 1000/1h, 10000/1d");
        assertThat(limits.path("origin").asString()).contains("application.yml");
        assertThat(overview.path("findings").findValuesAsString("where")).containsExactly("CarrierClient.book");
    }

    private ResponseEntity<String> ask(String agent) {
        return client.post()
                .uri("/api/v1/quotes")
                .header("X-API-Key", agent)
                .body(parcel())
                .retrieve()
                .toEntity(String.class);
    }

    private JsonNode endpoint(String path) {
        return client.get().uri("/actuator/resilience/" + path).retrieve().body(JsonNode.class);
    }

    private static Parcel parcel() {
        return new Parcel("10115", "80331", 1200);
    }
}
