package dev.resilience.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.sample.readme.Readme.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Does what the README says, with the jar of this build. */
class ReadmeIT {

    private static final Readme README = new Readme();

    private static RunningSample sample;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        sample = RunningSample.start(README.command("java -jar"));
    }

    @AfterAll
    static void stop() {
        if (sample != null) {
            sample.stop();
        }
    }

    @Test
    void everyRequestOfTheReadmeIsAnswered() throws Exception {
        assertThat(README.requests()).hasSizeGreaterThan(3);
        for (Request request : README.requests()) {
            assertThat(send(request).statusCode()).as("%s", request).isBetween(200, 299);
        }
    }

    @Test
    void theEndpointShowsThePoliciesOfTheReadme() throws Exception {
        String overview =
                send(new Request("GET", 8080, "/actuator/resilience", "")).body();
        assertThat(overview).contains("\"agents\"", "60/1m, 1000/1h, 10000/1d", "\"findings\":[]");
    }

    private HttpResponse<String> send(Request request) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + sample.port(request.port()) + request.path());
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .method(request.method(), BodyPublishers.ofString(request.body()))
                        .build(),
                BodyHandlers.ofString());
    }
}
