package dev.resilience.sample.trends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a client is told that asks for trends again and again, while time is turned by hand. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"carrier.port=0", "resilience.caches.trends.ttl-jitter=0"})
class TrendsOverHttpTest {

    private static final String BOOKS = "/api/v1/trends/books";
    private static final int ROUNDS = 3000;

    private final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private ManualTime time;

    @Autowired
    private TrendService trends;

    @Autowired
    private JdbcClient database;

    @AfterEach
    void forget() {
        time.advance(Duration.ofHours(1));
    }

    @Test
    void theFirstAnswerIsNewAndHasATagAndATime() {
        HttpResponse<String> first = get(BOOKS);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).startsWith("{\"category\":\"books\",\"sold\":[");
        assertThat(header(first, "ETag")).matches("\"[\\w-]{22}\"");
        assertThat(header(first, "Age")).isEqualTo("0");
        assertThat(header(first, "Vary")).isEqualTo("Accept");
        assertThat(header(first, "Cache-Status")).isEqualTo("resilience; fwd=miss; stored");
    }

    @Test
    void whatSpringSecuritySaysAboutCachesIsNotSaidAsWell() {
        HttpResponse<String> trend = get(BOOKS);
        HttpResponse<String> report = get("/api/v1/reports/none");

        assertThat(header(trend, "Cache-Control")).isEqualTo("public, max-age=30, stale-if-error=600");
        assertThat(trend.headers().map()).doesNotContainKeys("pragma", "expires");
        assertThat(header(trend, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(report, "Cache-Control")).contains("no-store");
    }

    @Test
    void whoHasTheAnswerAlreadyIsToldSoAndHowOldItIs() {
        HttpResponse<String> first = get(BOOKS);
        time.advance(Duration.ofMillis(7900));

        HttpResponse<String> again = get(BOOKS, "If-None-Match", header(first, "ETag"));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(header(first, "ETag"));
        assertThat(header(again, "Age")).isEqualTo("7");
        assertThat(header(again, "Cache-Status")).isEqualTo("resilience; hit; ttl=22");
    }

    @Test
    void aHeadIsAnsweredLikeAGet() {
        HttpResponse<String> first = get(BOOKS);
        time.advance(Duration.ofSeconds(3));

        HttpResponse<String> head = send("HEAD", BOOKS, "");
        HttpResponse<String> known = send("HEAD", BOOKS, "", "If-None-Match", header(first, "ETag"));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(List.of(head, known)).allSatisfy(answer -> {
            assertThat(answer.body()).isEmpty();
            assertThat(header(answer, "ETag")).isEqualTo(header(first, "ETag"));
            assertThat(header(answer, "Age")).isEqualTo("3");
        });
    }

    @Test
    void afterASaleThereIsANewAnswerWithAnotherTag() {
        HttpResponse<String> books = get(BOOKS);
        HttpResponse<String> garden = get("/api/v1/trends/garden");
        time.advance(Duration.ofSeconds(5));

        assertThat(sell("books").statusCode()).isEqualTo(201);

        HttpResponse<String> again = get(BOOKS, "If-None-Match", header(books, "ETag"));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isNotEqualTo(books.body());
        assertThat(header(again, "ETag")).isNotEqualTo(header(books, "ETag"));
        assertThat(header(again, "Age")).isEqualTo("0");
        HttpResponse<String> other = get("/api/v1/trends/garden", "If-None-Match", header(garden, "ETag"));
        assertThat(other.statusCode()).isEqualTo(304);
        assertThat(header(other, "Age")).isEqualTo("5");
    }

    @Test
    void aTrendThatIsTheSameAfterItsTimeIsComputedAnewAndNotSentAgain() {
        HttpResponse<String> first = get(BOOKS);
        long computed = trends.computations();
        time.advance(Duration.ofSeconds(31));

        HttpResponse<String> again = get(BOOKS, "If-None-Match", header(first, "ETag"));

        assertThat(trends.computations()).isEqualTo(computed + 1);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(header(again, "Age")).isEqualTo("0");
    }

    @Test
    void whileTheDatabaseIsAwayTheLastTrendIsGivenForTenMinutes() {
        HttpResponse<String> first = get(BOOKS);
        database.sql("alter table sale rename to sale_elsewhere").update();
        try {
            time.advance(Duration.ofMinutes(10));
            HttpResponse<String> old = get(BOOKS);
            assertThat(old.statusCode()).isEqualTo(200);
            assertThat(old.body()).isEqualTo(first.body());
            assertThat(header(old, "Age")).isEqualTo("600");
            assertThat(header(old, "Cache-Control")).isEqualTo("public, max-age=0");
            assertThat(header(old, "Cache-Status")).endsWith("; detail=stale");

            time.advance(Duration.ofSeconds(31));
            HttpResponse<String> none = get(BOOKS);
            assertThat(none.statusCode()).isEqualTo(500);
            assertThat(header(none, "Cache-Control")).contains("no-store");
        } finally {
            database.sql("alter table sale_elsewhere rename to sale").update();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Basic c2VsbGVyOnNlbGxlcg==", "X-API-Key: agent-7"})
    void theAnswerToWhoSaysWhoTheyAreIsForThemAlone(String header) {
        String[] said = header.split(": ");
        HttpResponse<String> loaded = get(BOOKS, said[0], said[1]);
        HttpResponse<String> hit = get(BOOKS, said[0], said[1]);
        HttpResponse<String> known = get(BOOKS, said[0], said[1], "If-None-Match", header(hit, "ETag"));

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(List.of(loaded, hit, known)).allSatisfy(answer -> assertThat(header(answer, "Cache-Control"))
                .startsWith("private, max-age="));
        assertThat(header(get(BOOKS), "Cache-Control")).startsWith("public, max-age=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"category\":\"../books\",\"month\":\"2026-09\",\"quantity\":1,\"price\":9.99}",
                "{\"category\":\"books\",\"month\":\"2026-13\",\"quantity\":1,\"price\":9.99}",
                "{\"category\":\"books\",\"month\":\"2026-09\",\"quantity\":0,\"price\":9.99}",
                "{\"category\":\"books\",\"month\":\"2026-09\",\"quantity\":1,\"price\":0.001}",
                "{\"category\":\"books\",\"month\":\"2026-09\",\"quantity\":1,\"price\":1e99}",
                "{}"
            })
    void aSaleThatMakesNoSenseIsRefusedAndOvertakesNothing(String sale) {
        HttpResponse<String> first = get(BOOKS);
        time.advance(Duration.ofSeconds(1));

        assertThat(send("POST", "/api/v1/sales", sale).statusCode()).isEqualTo(400);

        assertThat(header(get(BOOKS, "If-None-Match", header(first, "ETag")), "Age"))
                .isEqualTo("1");
    }

    /** The client's own reckoning: it knows when it was told that an answer is new, and when something was sold. */
    @Test
    void whoAsksForHalfAnHourGetsOneAnswerASaleAndTheRightAgeEachTime() {
        Random random = new Random(6);
        String tag = "\"none\"";
        Instant computed = Instant.EPOCH;
        int sales = 0;
        int sent = 0;
        int known = 0;
        for (int round = 0; round < ROUNDS; round++) {
            time.advance(Duration.ofMillis(301 + random.nextInt(600)));
            boolean sold = round == 0 || random.nextInt(25) == 0;
            if (sold) {
                sales++;
                sell("music");
            }
            HttpResponse<String> answer =
                    get("/api/v1/trends/music", "Authorization", basic("admin"), "If-None-Match", tag);
            if (header(answer, "Cache-Status").contains("fwd=miss")) {
                computed = now();
            }
            assertThat(answer.statusCode()).isEqualTo(sold ? 200 : 304);
            assertThat(header(answer, "ETag").equals(tag)).isEqualTo(!sold);
            assertThat(computed.equals(now()) || !sold).isTrue();
            long age = Long.parseLong(header(answer, "Age"));
            assertThat(age).isEqualTo(Duration.between(computed, now()).toSeconds());
            assertThat(maxAge(answer)).isBetween(29L, 30L);
            sent += answer.statusCode() == 200 ? 1 : 0;
            known += answer.statusCode() == 304 ? 1 : 0;
            tag = header(answer, "ETag");
        }
        assertThat(sales).isBetween(80, 160);
        assertThat(sent).isEqualTo(sales);
        assertThat(known).isEqualTo(ROUNDS - sales);
    }

    private Instant now() {
        return time.time().wall().instant();
    }

    private static long maxAge(HttpResponse<?> answer) {
        return Long.parseLong(header(answer, "Cache-Control").replaceAll(".*max-age=(\\d+).*", "$1"));
    }

    private static String basic(String name) {
        byte[] credentials = (name + ":" + name).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    private HttpResponse<String> sell(String category) {
        String sale = "{\"category\":\"%s\",\"month\":\"2026-09\",\"quantity\":1,\"price\":9.99}";
        return send("POST", "/api/v1/sales", sale.formatted(category));
    }

    private HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        for (int header = 0; header < headers.length; header += 2) {
            request.header(headers[header], headers[header + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The only value of a header. */
    private static String header(HttpResponse<?> answer, String name) {
        assertThat(answer.headers().allValues(name)).as(name).hasSize(1);
        return answer.headers().firstValue(name).orElseThrow();
    }

    @TestConfiguration
    static class ByHand {

        @Bean
        ManualTime time() {
            return new ManualTime();
        }

        @Bean
        InstantSource wall(ManualTime time) {
            return time.time().wall();
        }
    }
}
