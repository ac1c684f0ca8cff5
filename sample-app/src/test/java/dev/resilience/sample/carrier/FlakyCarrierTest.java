package dev.resilience.sample.carrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FlakyCarrierTest {

    private static final String PARCEL = "{\"from\":\"10115\",\"to\":\"80331\",\"grams\":1200}";

    private final HttpClient client = HttpClient.newHttpClient();

    private FlakyCarrier carrier;

    @BeforeEach
    void open() throws IOException {
        carrier = new FlakyCarrier(new CarrierProperties(0), JsonMapper.shared());
    }

    @AfterEach
    void close() {
        carrier.destroy();
    }

    @Test
    void misbehavesOnCommand() throws Exception {
        assertThat(ask("/faults", "{\"errorRate\":1,\"latencyMillis\":0,\"rateLimited\":false,\"retryAfterSeconds\":0}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask("/quotes", PARCEL).statusCode()).isEqualTo(503);
    }

    @Test
    void tellsWhatIsWrongWithACommand() throws Exception {
        HttpResponse<String> answer =
                ask("/faults", "{\"errorRate\":3,\"latencyMillis\":0,\"rateLimited\":false,\"retryAfterSeconds\":0}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("errorRate must be between 0 and 1");
    }

    @Test
    void isToldOnlyWhatIsWrong() throws Exception {
        assertThat(ask("/faults", "{\"errorRate\":1}").body())
                .isEqualTo(
                        "{\"errorRate\":1.0,\"latencyMillis\":0,\"rateLimited\":false,\"retryAfterSeconds\":0,\"hangs\":false,\"slowRate\":0.0,\"forgetsSessions\":false}");
        assertThat(ask("/quotes", PARCEL).statusCode()).isEqualTo(503);
    }

    @Test
    void answersWhoHasWaitedUntilItHangsNoLonger() {
        carrier.misbehave(Faults.HANG);
        CompletableFuture<HttpResponse<String>> patient = send("/quotes", PARCEL);
        await().until(() -> carrier.requests() == 1);
        assertThat(patient).isNotDone();

        carrier.misbehave(Faults.NONE);
        assertThat(patient.join().body()).contains("Northwind");
        assertThat(carrier.abandoned()).isZero();
    }

    @Test
    void tellsApartWhoHasClosedTheConnection() {
        carrier.misbehave(Faults.HANG);
        CompletableFuture<HttpResponse<String>> patient = send("/quotes", PARCEL);
        CompletableFuture<HttpResponse<String>> impatient = send("/quotes", PARCEL);
        await().until(() -> carrier.requests() == 2);

        impatient.cancel(true);
        carrier.misbehave(Faults.NONE);
        assertThat(patient.join().statusCode()).isEqualTo(200);
        await().until(() -> carrier.abandoned() == 1);
    }

    private HttpResponse<String> ask(String path, String body) throws Exception {
        return send(path, body).get();
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(carrier.url() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }
}
