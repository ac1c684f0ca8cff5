package dev.resilience.sample.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "reports.takes=0s",
            "resilience.http.trusted-proxies=127.0.0.1",
            "management.endpoint.resilience.access=unrestricted"
        })
class RequestLimitsTest {

    private static final String TREND = "/api/v1/trends/books";
    private static final String REPORT = "/api/v1/reports/sales";
    private static final String LOGINS = "/actuator/resilience/rate-limiters/login/127.0.0.1";

    @LocalServerPort
    private int port;

    @Autowired
    private ManualTime time;

    @Autowired
    private FlakyCarrier carrier;

    @BeforeEach
    void letTheCarrierAnswerAtOnce() {
        carrier.misbehave(Faults.failing(0, 0));
    }

    @AfterEach
    void waitUntilNothingIsCharged() {
        time.advance(Duration.ofHours(2));
    }

    @Test
    void anAllowedCallerLearnsWhatItHasLeft() {
        ResponseEntity<String> answer = user("viewer").get(TREND);

        assertThat(status(answer)).isEqualTo(200);
        assertThat(header(answer, "X-RateLimit-Limit")).isEqualTo("50");
        assertThat(header(answer, "X-RateLimit-Remaining")).isEqualTo("49");
        assertThat(header(answer, "X-RateLimit-Window")).isEqualTo("60");
        long reset = time.time().wall().instant().plusSeconds(60).getEpochSecond();
        assertThat(Long.parseLong(header(answer, "X-RateLimit-Reset"))).isBetween(reset, reset + 1);
        assertThat(header(answer, "Retry-After")).isNull();
    }

    @Test
    void aRefusedCallerWhoWaitsExactlyThatLongPasses() {
        Visitor visitor = anonymous();
        assertThat(passing(() -> visitor.get(TREND))).isEqualTo(30);
        time.advance(Duration.ofSeconds(20));

        ResponseEntity<String> refused = visitor.get(TREND);
        assertThat(status(refused)).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("40");
        assertThat(header(refused, "X-RateLimit-Remaining")).isEqualTo("0");

        time.advanceNanos(Duration.ofSeconds(40).toNanos() - 1);
        assertThat(status(visitor.get(TREND))).isEqualTo(429);
        time.advanceNanos(1);
        assertThat(status(visitor.get(TREND))).isEqualTo(200);
    }

    @Test
    void theAnswerIsAProblemThatNamesTheLimit() {
        passing(() -> anonymous().get(TREND));

        ResponseEntity<String> refused = anonymous().get(TREND);

        assertThat(refused.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(refused.getBody())
                .contains("\"policy\":\"api\"", "\"limit\":30", "\"retryAfterSeconds\":60")
                .doesNotContain("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"admin, 200", "seller, 100", "viewer, 50"})
    void everyRoleHasItsOwnLimit(String name, int limit) {
        assertThat(passing(() -> user(name).get(TREND))).isEqualTo(limit);
        assertThat(status(anonymous().get(TREND))).isEqualTo(200);
    }

    @Test
    void whoIsNotLoggedInIsLimitedByAddress() {
        assertThat(passing(() -> Visitor.from("203.0.113.7", port).get(TREND))).isEqualTo(30);
        assertThat(status(Visitor.from("203.0.113.8", port).get(TREND))).isEqualTo(200);
    }

    @Test
    void theSixthGuessIsRefusedWhateverItIs() {
        for (int guess = 0; guess < 5; guess++) {
            assertThat(status(anonymous().logIn("admin", "guess-" + guess))).isEqualTo(401);
        }

        ResponseEntity<String> refused = anonymous().logIn("admin", "admin");

        assertThat(status(refused)).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("60");
        assertThat(header(refused, "X-RateLimit-Limit")).isEqualTo("5");
        time.advance(Duration.ofMinutes(1));
        assertThat(status(anonymous().logIn("admin", "admin"))).isEqualTo(200);
    }

    @Test
    void whoKnowsThePasswordLogsInAsOftenAsTheApiAllows() {
        assertThat(passing(() -> anonymous().logIn("seller", "seller"))).isEqualTo(30);
        assertThat(anonymous().get(LOGINS).getBody()).contains("\"used\":0");
    }

    @Test
    void ofManyGuessesSideBySideFiveAreLookedAt() {
        List<CompletableFuture<Integer>> guesses = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> status(anonymous().logIn("admin", "guess")), task -> new Thread(task).start()))
                .limit(24)
                .toList();

        List<Integer> statuses = guesses.stream().map(CompletableFuture::join).toList();

        assertThat(statuses).containsOnly(401, 429);
        assertThat(statuses.stream().filter(status -> status == 401)).hasSize(5);
    }

    @Test
    void guessesWithOtherRequestsCountAsWell() {
        Visitor guessing = user("admin", "guess");
        for (int guess = 0; guess < 300; guess++) {
            assertThat(status(guessing.get(TREND))).isEqualTo(401);
        }

        assertThat(status(guessing.get(TREND))).isEqualTo(429);
        assertThat(status(user("admin").get(TREND))).isEqualTo(429);
    }

    @Test
    void threeMayRegisterInFiveMinutes() {
        assertThat(status(anonymous().register("ada", "secret"))).isEqualTo(201);
        assertThat(status(anonymous().register("bob", "secret"))).isEqualTo(201);
        assertThat(status(anonymous().register("bob", "other"))).isEqualTo(409);
        assertThat(header(anonymous().register("eve", "secret"), "Retry-After")).isEqualTo("300");

        assertThat(anonymous().logIn("ada", "secret").getBody()).contains("ROLE_VIEWER");
    }

    @Test
    void aRequestThatOneRuleRefusesIsChargedToNone() {
        passing(() -> anonymous().get(TREND));
        ResponseEntity<String> refused = anonymous().register("carl", "secret");
        assertThat(refused.getBody()).contains("\"policy\":\"api\"");

        assertThat(anonymous()
                        .get("/actuator/resilience/rate-limiters/register/127.0.0.1")
                        .getBody())
                .contains("\"used\":0");
    }

    @Test
    void everyCallerHasTenReportsAMinute() {
        assertThat(passing(() -> user("admin").get(REPORT))).isEqualTo(10);
        assertThat(passing(() -> user("seller").get(REPORT))).isEqualTo(10);
        assertThat(status(user("admin").get(TREND))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"agent-7, 60", "agent-8, 60", "agent-123, 120", "invented, 30"})
    void everyAgentHasItsOwnLimit(String key, int limit) {
        assertThat(passing(() -> Visitor.agent(key, port).quote())).isEqualTo(limit);
    }

    @Test
    void anApiKeyIsNeverShown() {
        passing(() -> Visitor.agent("agent-7", port).quote());

        assertThat(Visitor.agent("agent-7", port).quote().getBody())
                .contains("\"policy\":\"agents\"")
                .doesNotContain("agent-7");
        assertThat(anonymous()
                        .get("/actuator/resilience/rate-limiters/agents/agent-7")
                        .getBody())
                .contains("sha256:", "\"used\":60")
                .doesNotContain("agent-7");
    }

    @Test
    void theUsageOfAKeyIsShownAndReset() {
        anonymous().logIn("admin", "guess");
        assertThat(anonymous().get(LOGINS).getBody()).contains("\"used\":1", "\"remaining\":4");

        assertThat(anonymous().delete(LOGINS).getStatusCode().is2xxSuccessful()).isTrue();

        assertThat(anonymous().get(LOGINS).getBody()).contains("\"used\":0", "\"remaining\":5");
    }

    private Visitor anonymous() {
        return Visitor.anonymous(port);
    }

    private Visitor user(String name) {
        return user(name, name);
    }

    private Visitor user(String name, String password) {
        return Visitor.user(name, password, port);
    }

    /** How many requests pass until one is refused. */
    private static int passing(Supplier<ResponseEntity<String>> request) {
        int passed = 0;
        while (status(request.get()) == 200) {
            passed++;
        }
        return passed;
    }

    private static int status(ResponseEntity<String> answer) {
        return answer.getStatusCode().value();
    }

    private static String header(ResponseEntity<String> answer, String name) {
        return answer.getHeaders().getFirst(name);
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
