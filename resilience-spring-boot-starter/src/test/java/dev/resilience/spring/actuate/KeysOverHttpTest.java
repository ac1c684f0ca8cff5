package dev.resilience.spring.actuate;

import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;

/** What somebody who asks for one key over HTTP sees, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class KeysOverHttpTest {

    private static ServedEndpoint endpoint;

    @Parameter
    WebApplicationType type;

    @Test
    void showsWhatOneKeyHasUsed() throws Exception {
        quotes().quote("agent-1");
        quotes().quote("agent-1");

        HttpResponse<String> answer = endpoint.get("/rate-limiters/agents/agent-1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$.key")).isEqualTo("agent-1");
        assertThat(json(answer, "$.standing")).isEqualTo("own");
        assertThat(json(answer, "$.details.windows[0].used")).isEqualTo(2);
        assertThat(json(answer, "$.details.windows[0].remaining")).isEqualTo(58);
        assertThat((String) json(answer, "$.details.windows[0]['reset-at']"))
                .startsWith("20")
                .endsWith("Z");
        assertThat(json(answer, "$.details.tiers.admin[0].limit")).isEqualTo("200/1m");
        assertThat(json(answer, "$.details.calls.operations['Quotes.quote']")).isEqualTo(2);
        assertThat(json(answer, "$.methods['Quotes.quote'].key")).isEqualTo("#agentId");
    }

    @Test
    void showsWhatHoldsInOneTierAndWhichOverride() throws Exception {
        HttpResponse<String> admin = endpoint.get("/rate-limiters/agents/agent-2?tier=admin");
        HttpResponse<String> vip = endpoint.get("/rate-limiters/agents/vip");

        assertThat(json(admin, "$.details.windows[0].limit")).isEqualTo("200/1m");
        assertThat(json(admin, "$.details.override")).isNull();
        assertThat(json(vip, "$.details.override")).isEqualTo("120/1m");
        assertThat(json(vip, "$.standing")).isEqualTo("none");
    }

    @Test
    void showsTheTopCallersOfOneLimiterOnly() throws Exception {
        quotes().quote("top");

        assertThat(json(endpoint.get("/rate-limiters/agents"), "$.top.rankings.calls[?(@.key == 'top')].count")
                        .toString())
                .isEqualTo("[1]");
        assertThat(json(endpoint.get("/rate-limiters"), "$.agents.top")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b.c",
                "report.json",
                "with space",
                "100%",
                "%2F",
                "a+b",
                "käse",
                "ключ",
                "a;b=c",
                "a/b/c",
                "a:b@c",
                "?&#=",
                "agents",
                "😀",
                "2001:db8:0:1::/64",
                "\"quoted\"",
                "<b>"
            })
    void keysOfAllSortsAreFoundInThePath(String key) throws Exception {
        quotes().quote(key);

        HttpResponse<String> answer = endpoint.get("/rate-limiters/agents/" + encodedPath(key));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer, "$.key")).isEqualTo(key);
        assertThat(json(answer, "$.details.windows[0].used")).isEqualTo(1);
        assertThat(endpoint.delete("/rate-limiters/agents/" + encodedPath(key)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "/leading", "trailing/", "..", "a/../b", "back\\slash", "a;b/c", "", "new\nline"})
    void keysThatNoPathCarriesAreFoundByParameter(String key) throws Exception {
        quotes().quote(key);
        String path = "/rate-limiters/agents?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8);

        HttpResponse<String> answer = endpoint.get(path);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer, "$.key")).isEqualTo(key);
        assertThat(json(answer, "$.details.windows[0].used")).isEqualTo(1);
        assertThat(endpoint.delete(path).statusCode()).isEqualTo(200);
    }

    @Test
    void aVeryLongKeyIsFoundAndShownCut() throws Exception {
        String key = "k".repeat(4_000);
        quotes().quote(key);

        HttpResponse<String> answer = endpoint.get("/rate-limiters/agents/" + key);

        assertThat(json(answer, "$.details.windows[0].used")).isEqualTo(1);
        assertThat((String) json(answer, "$.key")).hasSizeLessThan(120);
    }

    @Test
    void theLongestNameIsThePolicyAndTheRestIsTheKey() throws Exception {
        quotes().nested("x/y");

        assertThat(json(endpoint.get("/rate-limiters/agents/api/v1/x/y"), "$.details.windows[0].limit"))
                .isEqualTo("7/1s");
        assertThat(json(endpoint.get("/rate-limiters/agents/api/v1/x/y"), "$.key"))
                .isEqualTo("x/y");
        assertThat(json(endpoint.get("/rate-limiters/agents/api/v1"), "$.config.limits.effective"))
                .isEqualTo("7/1s");
        assertThat(json(endpoint.get("/rate-limiters/agents/api"), "$.key")).isEqualTo("api");
    }

    @Test
    void aKeyOfAnotherTypeIsFoundByItsText() throws Exception {
        quotes().numbered(42);

        assertThat(json(endpoint.get("/rate-limiters/numbered/42"), "$.details.windows[0].used"))
                .isEqualTo(1);
    }

    @Test
    void aResetKeyBeginsAnewAndIsToldOfToListeners() throws Exception {
        quotes().quote("agent-3");
        endpoint.events.clear();

        HttpResponse<String> answer = endpoint.delete("/rate-limiters/agents/agent-3");

        assertThat(json(answer, "$.reset")).isEqualTo(true);
        assertThat(json(endpoint.get("/rate-limiters/agents/agent-3"), "$.details.windows[0].used"))
                .isEqualTo(0);
        assertThat(endpoint.events)
                .containsExactly(new ResilienceEvent.Reset("rate-limiters", "agents", "agent-3", null));
    }

    @Test
    void resettingNothingSaysSoAndTellsNobody() throws Exception {
        endpoint.events.clear();

        HttpResponse<String> answer = endpoint.delete("/rate-limiters/agents/nobody");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$.reset")).isEqualTo(false);
        assertThat(json(answer, "$.why")).isEqualTo("nothing is kept for this key");
        assertThat(endpoint.events).isEmpty();
    }

    @Test
    void theCircuitOfOneHostIsShownAndClosed() throws Exception {
        assertThatThrownBy(() -> quotes().fetch("dead")).isInstanceOf(IllegalStateException.class);

        HttpResponse<String> open = endpoint.get("/circuit-breakers/hosts/dead");
        HttpResponse<String> breaker = endpoint.get("/circuit-breakers/hosts");
        HttpResponse<String> reset = endpoint.delete("/circuit-breakers/hosts/dead");

        assertThat(json(open, "$.key")).isEqualTo("dead");
        assertThat(json(open, "$.standing")).isEqualTo("own");
        assertThat(json(open, "$.details.state")).isEqualTo("OPEN");
        assertThat((String) json(open, "$.details['probe-at']"))
                .startsWith("20")
                .endsWith("Z");
        assertThat(json(open, "$.methods['Quotes.fetch'].key")).isEqualTo("#host");
        assertThat(json(breaker, "$.numbers['open-keys']")).isEqualTo(1);
        assertThat(json(breaker, "$.top.rankings.open[0].key")).isEqualTo("dead");
        assertThat(json(reset, "$.reset")).isEqualTo(true);
        assertThat(json(endpoint.get("/circuit-breakers/hosts/dead"), "$.details.state"))
                .isEqualTo("CLOSED");
        assertThat(json(endpoint.get("/circuit-breakers/hosts/stranger"), "$.standing"))
                .isEqualTo("none");
    }

    @Test
    void aKeyThatSharesItsStateCannotBeReset() throws Exception {
        quotes().crowded("first");
        quotes().crowded("second");

        assertThat(json(endpoint.get("/rate-limiters/crowded/second"), "$.standing"))
                .isEqualTo("shared");
        assertThat(endpoint.delete("/rate-limiters/crowded/second").statusCode())
                .isEqualTo(409);
    }

    @Test
    void aWrongNameIsAnsweredWithTheNearestOneAndNeverWithTheKey() throws Exception {
        HttpResponse<String> read = endpoint.get("/rate-limiters/agnets/s3cret");
        HttpResponse<String> reset = endpoint.delete("/rate-limiters/agnets/s3cret");

        assertThat(read.statusCode()).isEqualTo(404);
        assertThat(reset.statusCode()).isEqualTo(404);
        assertThat(json(read, "$.didYouMean")).isEqualTo("agents");
        assertThat(json(reset, "$.didYouMean")).isEqualTo("agents");
        assertThat(read.body() + reset.body()).doesNotContain("s3cret");
    }

    @Test
    void aKindWithoutKeysAndAPolicyWithoutAKeyAreNotFound() throws Exception {
        assertThat(endpoint.get("/bulkheads/narrow/key").statusCode()).isEqualTo(404);
        assertThat(endpoint.delete("/bulkheads/narrow/key").statusCode()).isEqualTo(404);
        assertThat(endpoint.delete("/rate-limiters/agents").statusCode()).isEqualTo(404);
        assertThat(endpoint.delete("/rate-limiters").statusCode()).isEqualTo(404);
    }

    @BeforeParameterizedClassInvocation
    static void start(WebApplicationType type) {
        endpoint = new ServedEndpoint(
                type,
                Map.of(
                        "management.endpoint.resilience.access", "unrestricted",
                        "resilience.rate-limiters.agents.limits", "60/1m",
                        "resilience.rate-limiters.agents.tiers.admin", "200/1m",
                        "resilience.rate-limiters.agents.overrides.vip", "120/1m",
                        "resilience.rate-limiters.[agents/api/v1].limits", "7/1s"),
                Quotes.class);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        endpoint.close();
    }

    private static Quotes quotes() {
        return endpoint.bean(Quotes.class);
    }

    /** Segment by segment: no server takes an encoded slash for less than one. */
    private static String encodedPath(String key) {
        StringBuilder path = new StringBuilder();
        for (String segment : key.split("/", -1)) {
            path.append(path.isEmpty() ? "" : "/")
                    .append(URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        return path.toString();
    }

    static class Quotes {

        @RateLimited(name = "agents", key = "#agentId", tier = "#agentId")
        public String quote(String agentId) {
            return agentId;
        }

        @RateLimited(name = "agents/api/v1", key = "#agentId")
        public String nested(String agentId) {
            return agentId;
        }

        @RateLimited(name = "numbered", limits = "5/1m", key = "#number")
        public long numbered(long number) {
            return number;
        }

        @RateLimited(name = "crowded", limits = "5/1m", key = "#agentId", maxKeys = "1")
        public String crowded(String agentId) {
            return agentId;
        }

        @CircuitBreaker(name = "hosts", key = "#host", consecutiveFailures = "1")
        public String fetch(String host) {
            throw new IllegalStateException(host);
        }

        @Bulkhead(name = "narrow", maxConcurrent = "3")
        public String narrow() {
            return "narrow";
        }
    }
}
