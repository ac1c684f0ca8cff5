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
import java.util.List;
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
        List<Request> once = README.requests().stream()
                .filter(request -> request.times() == 1)
                .toList();
        assertThat(once).hasSizeGreaterThan(3);
        for (Request request : once) {
            assertThat(send(request).statusCode()).as("%s", request).isBetween(200, 299);
        }
    }

    /** Figures and headers of the connection aside: they depend on when it is asked. */
    @Test
    void theLastGuessIsAnsweredAsTheReadmeShows() throws Exception {
        Request guess = README.requests().stream()
                .filter(request -> request.times() > 1)
                .findFirst()
                .orElseThrow();
        HttpResponse<String> answer = send(guess);
        for (int again = 1; again < guess.times(); again++) {
            assertThat(answer.statusCode()).isEqualTo(401);
            answer = send(guess);
        }

        String[] shown = README.blocks("http").findFirst().orElseThrow().split("\\n\\n");
        List<String> lines = shown[0].lines().toList();
        assertThat(lines.get(0)).isEqualTo("HTTP/1.1 " + answer.statusCode());
        for (String header : lines.subList(1, lines.size())) {
            String name = header.substring(0, header.indexOf(':'));
            assertThat(timeless(name + ": " + answer.headers().firstValue(name).orElse("is missing")))
                    .isEqualTo(timeless(header));
        }
        assertThat(timeless(answer.body())).isEqualTo(timeless(shown[1].replace("\n", "")));
    }

    @Test
    void theEndpointShowsThePoliciesOfTheReadme() throws Exception {
        String overview = send(Request.get(8080, "/actuator/resilience")).body();
        assertThat(overview).contains("\"agents\"", "60/1m, 1000/1h, 10000/1d", "must not be repeated");
    }

    /** The text without how long to wait and when to come back. */
    private static String timeless(String text) {
        return text.replaceAll("(Retry-After: |Reset: |[rR]etryAfter(?:Seconds)?\":)\\d+", "$1N")
                .replaceAll("retry after [0-9a-z]+", "retry after N");
    }

    private HttpResponse<String> send(Request request) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + sample.port(request.port()) + request.path());
        HttpRequest.Builder sent = HttpRequest.newBuilder(uri)
                .setHeader("Content-Type", "application/json")
                .method(request.method(), BodyPublishers.ofString(request.body()));
        request.headers().forEach(sent::setHeader);
        return client.send(sent.build(), BodyHandlers.ofString());
    }
}
