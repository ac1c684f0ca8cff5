package dev.resilience.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.readme.Readme.Request;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

/** Does what the page about the sample says, in the order it is read. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "resilience.recoveries.tracking.restart-pause=1ms",
            "resilience.timeouts.tracking.timeout=30s"
        })
class SamplePageTest {

    private static final String TREND = "/api/v1/trends/books";
    private static final Set<String> STORY = Set.of(TREND, "/api/v1/sales");

    private final Readme page = new Readme("docs/sample.md");
    private final RestClient client = RestClient.create();

    @LocalServerPort
    private int port;

    @Autowired
    private FlakyCarrier carrier;

    @Test
    void everyRequestIsAnswered() {
        assertThat(page.requests().stream().filter(request -> !STORY.contains(request.path())))
                .hasSizeGreaterThan(5)
                .allSatisfy(request -> assertThat(send(request).getStatusCode().is2xxSuccessful())
                        .isTrue());
        assertThat(carrier.sessions()).isEqualTo(2);
    }

    /** The page knows the tag of the trend before the sale, for the sales are the same at every start. */
    @Test
    void whoHasTheTrendIsToldSoUntilSomethingIsSold() {
        List<ResponseEntity<Void>> answers = page.requests().stream()
                .filter(request -> STORY.contains(request.path()))
                .map(this::send)
                .toList();

        assertThat(answers).extracting(answer -> answer.getStatusCode().value()).containsExactly(200, 304, 201, 200);
        List<String> shown =
                page.blocks("http").findFirst().orElseThrow().lines().toList();
        assertThat(shown.get(0)).isEqualTo("HTTP/1.1 304");
        assertThat(shown.subList(1, shown.size())).allSatisfy(line -> {
            String name = line.substring(0, line.indexOf(':'));
            assertThat(timeless(name + ": " + answers.get(1).getHeaders().getFirst(name)))
                    .isEqualTo(timeless(line));
        });
    }

    @Test
    void linksToWhatIsThere() {
        assertThat(page.links()).isNotEmpty().allSatisfy(link -> assertThat(link)
                .exists());
    }

    private ResponseEntity<Void> send(Request request) {
        String server = request.port() == 8081 ? carrier.url() : "http://localhost:" + port;
        return client.method(HttpMethod.valueOf(request.method()))
                .uri(server + request.path())
                .contentType(MediaType.APPLICATION_JSON)
                .headers(headers -> request.headers().forEach(headers::set))
                .body(request.body())
                .retrieve()
                .toBodilessEntity();
    }

    private static String timeless(String header) {
        return header.replaceAll("(max-age=|Age: |ttl=)\\d+", "$1N");
    }
}
