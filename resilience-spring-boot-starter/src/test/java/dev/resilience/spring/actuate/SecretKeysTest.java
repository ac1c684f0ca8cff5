package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.guard.KeyDigest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Keys that stand for API keys in a header, and those that stand for an address. */
@ExtendWith(OutputCaptureExtension.class)
class SecretKeysTest {

    private static final String SECRET = "s3cret-api-key";
    private static final String SHOWN = KeyDigest.of(SECRET).toString();
    private static final List<ResilienceEvent> EVENTS = new CopyOnWriteArrayList<>();

    private static ConfigurableApplicationContext application;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void anApiKeyIsFoundByItselfAndByItsDigestAndIsShownByNeither(CapturedOutput output) throws Exception {
        call(SECRET);

        String bySecret = send("GET", "/rate-limiters/partners/" + SECRET);
        String byDigest = send("GET", "/rate-limiters/partners/" + SHOWN);
        String top = send("GET", "/rate-limiters/partners");
        String reset = send("DELETE", "/rate-limiters/partners/" + SECRET);

        assertThat(bySecret).contains(SHOWN, "\"standing\":\"own\"", "\"used\":1");
        assertThat(byDigest).contains(SHOWN, "\"standing\":\"own\"", "\"used\":1");
        assertThat(top).contains(SHOWN);
        assertThat(reset).contains(SHOWN, "\"reset\":true");
        assertThat(EVENTS).containsExactly(new ResilienceEvent.Reset("rate-limiters", "partners", SHOWN, null));
        assertThat(output).contains("rate-limiters 'partners': the key '" + SHOWN + "' was reset by somebody unknown");
        assertThat(bySecret + byDigest + top + reset + EVENTS + output).doesNotContain(SECRET);
    }

    @Test
    void anApiKeyThatNobodyHasUsedYetIsNotRepeatedEither() throws Exception {
        String answer = send("GET", "/rate-limiters/unused/" + SECRET);

        assertThat(answer).contains(SHOWN, "\"standing\":\"none\"").doesNotContain(SECRET);
    }

    @Test
    void aBreakerTellsOfASecretItsDigestOnly(CapturedOutput output) throws Exception {
        EVENTS.clear();
        fail(SECRET);
        String refusal = fail(SECRET);

        String bySecret = send("GET", "/circuit-breakers/upstreams/" + SECRET);
        String breaker = send("GET", "/circuit-breakers/upstreams");

        assertThat(bySecret).contains(SHOWN, "\"standing\":\"own\"", "\"state\":\"OPEN\"");
        assertThat(breaker).contains(SHOWN);
        assertThat(refusal).contains("it is open for this key").doesNotContain(SHOWN);
        assertThat(EVENTS).hasAtLeastOneElementOfType(ResilienceEvent.StateChanged.class);
        assertThat(output).contains("'upstreams' for the key '" + SHOWN + "' went from CLOSED to OPEN");
        assertThat(bySecret + breaker + refusal + EVENTS + output).doesNotContain(SECRET);
    }

    @Test
    void aCacheTellsOfASecretItsDigestOnlyAndNeverTheResult(CapturedOutput output) throws Exception {
        EVENTS.clear();
        HttpRequest call =
                request("GET", "/orders-of").header("X-API-Key", SECRET).build();
        client.send(call, BodyHandlers.ofString());

        String bySecret = send("GET", "/caches/orders-of/" + SECRET);
        String byDigest = send("GET", "/caches/orders-of/" + SHOWN);
        String unused = send("GET", "/caches/orders-of/" + SECRET + "2");
        String reset = send("DELETE", "/caches/orders-of/" + SECRET);

        assertThat(bySecret).contains(SHOWN, "\"standing\":\"own\"", "\"kept\":1");
        assertThat(byDigest).contains(SHOWN, "\"standing\":\"own\"", "\"kept\":1");
        assertThat(unused).contains("\"standing\":\"none\"");
        assertThat(reset).contains(SHOWN, "\"reset\":true", "\"dropped\":1");
        assertThat(EVENTS).containsExactly(new ResilienceEvent.Reset("caches", "orders-of", SHOWN, null));
        assertThat(bySecret + byDigest + unused + reset + EVENTS + output)
                .doesNotContain(SECRET)
                .doesNotContain("three orders");
    }

    @Test
    void aRuleThatNoRequestHasMatchedKeepsTheSecretAsWell() throws Exception {
        String answer = send("GET", "/rate-limiters/orders/" + SECRET);

        assertThat(answer)
                .contains(SHOWN, "\"orders\":{", "\"key\":\"header:X-API-Key\"", "\"path\":\"/orders/**\"")
                .doesNotContain(SECRET);
    }

    @Test
    void anAddressIsFoundByThePrefixItsKeyIs() throws Exception {
        assertThat(send("GET", "/rate-limiters/addresses/2001:db8:1:2:3:4:5:6")).contains("\"2001:db8:1:2::/64\"");
        assertThat(send("GET", "/rate-limiters/addresses/10.1.2.3")).contains("\"10.1.2.3\"");
    }

    @BeforeAll
    static void start() {
        application = new SpringApplicationBuilder(Application.class)
                .properties(Map.of(
                        "server.port", "0",
                        "management.endpoints.web.exposure.include", "resilience",
                        "management.endpoint.resilience.access", "unrestricted",
                        "resilience.http.rules[0].name", "orders",
                        "resilience.http.rules[0].path", "/orders/**",
                        "resilience.http.rules[0].limits", "5/1m",
                        "resilience.http.rules[0].key", "header:X-API-Key"))
                .run();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private void call(String secret) throws Exception {
        HttpRequest call =
                request("GET", "/partner").header("X-API-Key", secret).build();
        assertThat(client.send(call, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private String fail(String secret) throws Exception {
        HttpRequest call =
                request("GET", "/upstream").header("X-API-Key", secret).build();
        HttpResponse<String> answer = client.send(call, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        return answer.body();
    }

    private String send(String method, String path) throws Exception {
        HttpResponse<String> answer =
                client.send(request(method, "/actuator/resilience" + path).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static HttpRequest.Builder request(String method, String path) {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Partners partners() {
            return new Partners();
        }

        @Bean
        ResilienceListener events() {
            return EVENTS::add;
        }
    }

    @RestController
    static class Partners {

        @GetMapping("/partner")
        @RateLimited(name = "partners", limits = "5/1m", key = "header:X-API-Key")
        public String partner() {
            return "partner";
        }

        @GetMapping("/unused")
        @RateLimited(name = "unused", limits = "5/1m", key = "header:X-API-Key")
        public String unused() {
            return "unused";
        }

        @GetMapping("/orders-of")
        @Cached(name = "orders-of", key = "header:X-API-Key")
        public String ordersOf() {
            return "three orders";
        }

        @GetMapping("/upstream")
        @CircuitBreaker(name = "upstreams", consecutiveFailures = "1", key = "header:X-API-Key")
        public String upstream() {
            throw new IllegalStateException("down");
        }

        @GetMapping("/addresses")
        @RateLimited(name = "addresses", limits = "5/1m", key = "ip")
        public String addresses() {
            return "addresses";
        }
    }
}
