package dev.resilience.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.readme.Readme.Request;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
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

    private final Readme page = new Readme("docs/sample.md");
    private final RestClient client = RestClient.create();

    @LocalServerPort
    private int port;

    @Autowired
    private FlakyCarrier carrier;

    @Test
    void everyRequestIsAnswered() {
        assertThat(page.requests()).hasSizeGreaterThan(5).allSatisfy(this::isAnswered);
        assertThat(carrier.sessions()).isEqualTo(2);
    }

    @Test
    void linksToWhatIsThere() {
        assertThat(page.links()).isNotEmpty().allSatisfy(link -> assertThat(link)
                .exists());
    }

    private void isAnswered(Request request) {
        String server = request.port() == 8081 ? carrier.url() : "http://localhost:" + port;
        assertThat(client.method(HttpMethod.valueOf(request.method()))
                        .uri(server + request.path())
                        .body(request.body())
                        .retrieve()
                        .toBodilessEntity()
                        .getStatusCode()
                        .is2xxSuccessful())
                .isTrue();
    }
}
