package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resilience.PolicyRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What clients of every manner see of a server with rules, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class RealClientTest {

    private static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF"}
            spring:
              mvc: {hiddenmethod.filter.enabled: true, async.request-timeout: 50ms}
              webflux: {hiddenmethod.filter.enabled: true}
            resilience.http:
              headers: both
              reset: delta
              rules:
                - {name: told, path: /told, limits: '3/1m, 5/1h', key: ip}
                - {name: crowded, path: /crowded, limits: 10/1m, key: ip}
                - {name: walk, path: /walk/around, limits: 1/1m, key: ip}
                - {name: read, path: /only, methods: GET, limits: 1/1m, key: ip}
                - {name: erase, path: /only, methods: DELETE, limits: 1/1m, key: ip}
                - {name: patched, path: '/**', methods: PATCH, limits: 1/1m, key: ip}
                - {name: agents, path: /agents, limits: 1/1m, key: 'header:X-API-Key'}
                - {name: ending, path: '/ending/{how}', methods: POST, limits: 2/1m, key: ip, charge-on: failure}
            """;

    private static Served served;

    @Parameter
    WebApplicationType type;

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type) {
        served = Served.with(type, YAML, Pages.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @AfterEach
    void waitUntilNothingIsCharged() {
        served.time.advance(Duration.ofMinutes(61));
    }

    @Test
    void whoIsServedLearnsWhatIsLeftAndWhoWaitsAsLongAsToldIsServedAgain() {
        HttpResponse<String> allowed = served.get("/told");
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(header(allowed, "X-RateLimit-Limit")).isEqualTo("3");
        assertThat(header(allowed, "X-RateLimit-Remaining")).isEqualTo("2");
        assertThat(header(allowed, "RateLimit-Policy")).contains("q=3;w=60", "q=5;w=3600");
        for (int window = 0; window < 4; window++) {
            waitsExactlyAsLongAsTold();
        }
    }

    private void waitsExactlyAsLongAsTold() {
        HttpResponse<String> answer = served.get("/told");
        while (answer.statusCode() == 200) {
            served.time.advance(Duration.ofMillis(700));
            answer = served.get("/told");
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer, "$.status")).isEqualTo(429);
        assertThat(json(answer, "$.instance")).isEqualTo("/told");
        long told = Long.parseLong(header(answer, "Retry-After"));
        assertThat(json(answer, "$.retryAfterSeconds")).isEqualTo((int) told);
        assertThat(Long.parseLong(header(answer, "X-RateLimit-Reset"))).isGreaterThanOrEqualTo(told);
        served.time.advance(Duration.ofSeconds(told - 1));
        assertThat(served.get("/told").statusCode()).isEqualTo(429);
        served.time.advance(Duration.ofSeconds(1));
        assertThat(served.get("/told").statusCode()).isEqualTo(200);
    }

    @Test
    void ofSixtyFourAtOnceExactlyTheLimitPasses() {
        for (int round = 0; round < 10; round++) {
            assertThat(served.getTogether("/crowded", 64))
                    .extracting(HttpResponse::statusCode)
                    .containsOnly(200, 429)
                    .filteredOn(status -> status == 200)
                    .hasSize(10);
            served.time.advance(Duration.ofMinutes(1));
        }
    }

    @Test
    void noSpellingOfAPathIsServedWithoutBeingCounted() {
        assertThat(raw("GET /walk/around HTTP/1.1")).startsWith("HTTP/1.1 200").contains("page");
        List<String> spellings = Spellings.of("/walk/around");

        assertThat(spellings).hasSizeGreaterThan(200).filteredOn(this::isServed).isEmpty();
    }

    private boolean isServed(String target) {
        String answer = raw("GET " + target + " HTTP/1.1");
        assertThat(answer).as(target).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 5");
        return answer.startsWith("HTTP/1.1 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "///", "/walk", "//x//y", "/%2f", "/a%20b", "/;", "/:80", "//:80", "/a:b"})
    void aRefusalIsAProblemWhateverThePathLooksLike(String target) {
        raw("PATCH " + target + " HTTP/1.1");
        assertThat(raw("PATCH " + target + " HTTP/1.1"))
                .matches("(?s)HTTP/1.1 4(00|29).*")
                .satisfies(answer -> assertThat(answer.startsWith("HTTP/1.1 400") || answer.contains("problem+json"))
                        .isTrue());
    }

    @Test
    void noOtherNameOfAMethodIsServedWithoutBeingCounted() {
        assertThat(raw("GET /only HTTP/1.1")).startsWith("HTTP/1.1 200");
        assertThat(raw("HEAD /only HTTP/1.1")).startsWith("HTTP/1.1 429");
        for (String method : List.of("get", "Get", "GET2", "POST", "PUT", "PATCH", "TRACE", "PROPFIND")) {
            assertThat(raw(method + " /only HTTP/1.1", "X-HTTP-Method-Override: GET", "X-Method-Override: GET"))
                    .as(method)
                    .doesNotStartWith("HTTP/1.1 2");
        }
    }

    @Test
    void aMethodInAFormFieldIsThatMethod() {
        assertThat(raw("DELETE /only HTTP/1.1")).startsWith("HTTP/1.1 200");
        assertThat(raw("DELETE /only HTTP/1.1")).startsWith("HTTP/1.1 429");
        assertThat(served.raw(
                        "POST /only HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Length: 14",
                        "Connection: close",
                        "",
                        "_method=DELETE"))
                .startsWith("HTTP/1.1 429");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 198.51.100.%d",
                "X-Forwarded-For: 198.51.100.%d, 127.0.0.1",
                "Forwarded: for=198.51.100.%d",
                "Forwarded: for=\"[2001:db8:%d::1]\"",
                "X-Real-IP: 198.51.100.%d",
                "X-Client-IP: 198.51.100.%d",
                "True-Client-IP: 198.51.100.%d",
                "CF-Connecting-IP: 198.51.100.%d",
                "X-Forwarded-Host: 198.51.100.%d",
                "X-Forwarded-Prefix: /p%d",
                "X-Original-URL: /free%d",
                "Host: h%d.example"
            })
    void whateverAStrangerClaimsHeIsOneCaller(String claim) {
        assertThat(raw("GET /walk/around HTTP/1.1", claim.formatted(200))).startsWith("HTTP/1.1 200");
        for (int caller = 0; caller < 10; caller++) {
            String line = claim.formatted(caller);
            assertThat(raw("GET /walk/around HTTP/1.1", line)).startsWith("HTTP/1.1 4");
            assertThat(raw("GET /walk/around HTTP/1.1", line, line)).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void aSecretOfAnyLengthIsOneKeyAndInNoAnswer() {
        for (int length : new int[] {1, 100, 1_000, 6_000}) {
            String secret = "k".repeat(length) + length;
            HttpResponse<String> allowed = served.get("/agents", "X-API-Key", secret);
            HttpResponse<String> refused = served.get("/agents", "X-API-Key", secret);

            assertThat(List.of(allowed.statusCode(), refused.statusCode())).containsExactly(200, 429);
            assertThat(refused.body() + refused.headers()).doesNotContain(secret);
        }
        assertThat(raw("GET /agents HTTP/1.1", "X-API-Key: " + "k".repeat(9_000)))
                .startsWith("HTTP/1.1 4");
    }

    /** One failure stays charged all the time; a permit lost or given back twice would change what the others are told. */
    @ParameterizedTest
    @ValueSource(strings = {"value", "later", "empty", "broken", "broken-later", "404", "late"})
    void aRequestThatDidNotFailGetsItsPermitBackExactlyOnce(String how) {
        assertThat(served.post("/ending/401").statusCode()).isEqualTo(401);
        for (int call = 0; call < 3; call++) {
            long refunds = refunds();
            HttpResponse<String> answer = served.post("/ending/" + how);
            assertThat(answer.statusCode()).isNotIn(401, 429);
            assertThat(header(answer, "X-RateLimit-Remaining")).isEqualTo("0");
            untilAllHasEnded(refunds + 1);
        }
        long refunds = refunds();
        assertThat(header(served.post("/ending/value"), "X-RateLimit-Remaining"))
                .isEqualTo("0");
        untilAllHasEnded(refunds + 1);
    }

    /** A client may have its answer before the server is done with the request. */
    private static void untilAllHasEnded(long refunds) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> assertThat(refunds())
                .isEqualTo(refunds));
    }

    private static long refunds() {
        return served.bean(PolicyRegistry.class)
                .find("rate-limiters", "ending")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get("refunded")
                .longValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"401", "401-later"})
    void aRequestThatFailedStaysCharged(String how) {
        assertThat(served.post("/ending/" + how).statusCode()).isEqualTo(401);
        assertThat(served.post("/ending/" + how).statusCode()).isEqualTo(401);
        assertThat(served.post("/ending/value").statusCode()).isEqualTo(429);
    }

    private static String raw(String request, String... headers) {
        String[] lines = new String[headers.length + 2];
        lines[0] = request;
        lines[1] = String.join("", headers).startsWith("Host:") ? "X-No-Host: here" : "Host: localhost";
        System.arraycopy(headers, 0, lines, 2, headers.length);
        return served.raw(lines);
    }

    @Configuration(proxyBeanMethods = false)
    static class Pages {

        @Bean
        Controller controller() {
            return new Controller();
        }
    }

    @RestController
    static class Controller {

        @RequestMapping({"/told", "/crowded", "/walk/around", "/agents"})
        String page() {
            return "page";
        }

        @GetMapping("/only")
        String only() {
            return "page";
        }

        @DeleteMapping("/only")
        String erase() {
            return "gone";
        }

        @PostMapping("/ending/{how}")
        Mono<String> end(@PathVariable("how") String how) {
            return switch (how) {
                case "value" -> Mono.just("value");
                case "later" -> Mono.just("value").subscribeOn(Schedulers.boundedElastic());
                case "empty" -> Mono.empty();
                case "late" -> Mono.<String>never().timeout(Duration.ofMillis(100));
                case "broken" -> throw new IllegalStateException("broken");
                case "broken-later" ->
                    Mono.<String>error(new IllegalStateException("broken")).subscribeOn(Schedulers.boundedElastic());
                case "401" -> throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
                case "401-later" ->
                    Mono.<String>error(new ResponseStatusException(HttpStatus.UNAUTHORIZED))
                            .subscribeOn(Schedulers.boundedElastic());
                default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            };
        }
    }
}
