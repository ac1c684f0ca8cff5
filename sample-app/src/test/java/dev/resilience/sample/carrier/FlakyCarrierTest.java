package dev.resilience.sample.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FlakyCarrierTest {

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
        assertThat(ask("/quotes", "{\"from\":\"10115\",\"to\":\"80331\",\"grams\":1200}")
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void tellsWhatIsWrongWithACommand() throws Exception {
        HttpResponse<String> answer =
                ask("/faults", "{\"errorRate\":3,\"latencyMillis\":0,\"rateLimited\":false,\"retryAfterSeconds\":0}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("errorRate must be between 0 and 1");
    }

    private HttpResponse<String> ask(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(carrier.url() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
