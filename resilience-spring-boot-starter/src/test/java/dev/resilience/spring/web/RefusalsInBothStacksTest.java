package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.failure.RetryableException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What callers are told by breakers, bulkheads and timeouts, in a servlet container and in WebFlux. */
@ParameterizedClass
@EnumSource(
        value = WebApplicationType.class,
        names = {"SERVLET", "REACTIVE"})
class RefusalsInBothStacksTest {

    private static final String KEY = "X-Tenant";
    private static final String SECRET = "acme-7f3a";

    private static Served served;

    @Parameter
    WebApplicationType type;

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type) {
        served = Served.with(type, "resilience: {}", Upstream.class, Pages.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @Test
    void anOpenCircuitOfOneKeyIs503AndDoesntSayWhose() {
        assertThat(served.get("/down", KEY, SECRET).statusCode()).isEqualTo(500);

        HttpResponse<String> refused = served.get("/down", KEY, SECRET);

        assertProblem(refused, 503, "circuit-breakers", "upstream");
        assertThat(header(refused, "Retry-After")).isEqualTo("30");
        assertThat(json(refused, "$.detail"))
                .isEqualTo("circuit-breakers 'upstream' refused the call: it is open for this key; retry after 30s");
        assertThat(served.get("/down", KEY, "another").statusCode()).isEqualTo(500);
    }

    @Test
    void aBulkheadThatIsFullForOneKeyIs503AndDoesntSayWhose() {
        HttpResponse<String> refused = served.get("/full", KEY, SECRET);

        assertProblem(refused, 503, "bulkheads", "seats");
        assertThat(header(refused, "Retry-After")).isNull();
    }

    @Test
    void anExpiryIs504() {
        HttpResponse<String> expired = served.get("/slow", KEY, SECRET);

        assertProblem(expired, 504, "timeouts", "short");
        assertThat(json(expired, "$.detail"))
                .isEqualTo("Upstream.slow did not end within the 2s that timeouts 'short' gives it");
    }

    @Test
    void aFailureThatSaysWhenToComeBackIs503() {
        HttpResponse<String> failed = served.get("/later", KEY, SECRET);

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(header(failed, "Retry-After")).isEqualTo("7");
        assertThat(json(failed, "$.detail")).isEqualTo("the call failed, and may go well later");
        assertThat(failed.body()).doesNotContain(SECRET);
        assertThat(served.get("/sometime", KEY, SECRET).statusCode()).isEqualTo(500);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String kind, String policy) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer, "$.kind")).isEqualTo(kind);
        assertThat(json(answer, "$.policy")).isEqualTo(policy);
        assertThat(answer.body() + answer.headers().map()).doesNotContain(SECRET);
    }

    @Component
    static class Upstream {

        private final ManualTime time;

        Upstream(ManualTime time) {
            this.time = time;
        }

        @CircuitBreaker(
                name = "upstream",
                key = "#tenant",
                consecutiveFailures = "1",
                openWait = "30s",
                openWaitJitter = "0")
        public String down(String tenant) {
            throw new IllegalStateException("down");
        }

        @Bulkhead(name = "seats", key = "#tenant", maxConcurrent = "1")
        public Mono<String> seat(String tenant, Mono<String> meanwhile) {
            return meanwhile;
        }

        @Timeout(name = "short", timeout = "2s")
        public Mono<String> slow() {
            return Mono.<String>never().doOnSubscribe(any -> time.advance(Duration.ofSeconds(3)));
        }
    }

    @RestController
    static class Pages {

        private final Upstream upstream;

        Pages(Upstream upstream) {
            this.upstream = upstream;
        }

        @GetMapping("/down")
        String down(@RequestHeader(KEY) String tenant) {
            return upstream.down(tenant);
        }

        @GetMapping("/full")
        Mono<String> full(@RequestHeader(KEY) String tenant) {
            return upstream.seat(tenant, Mono.defer(() -> upstream.seat(tenant, Mono.just("served"))));
        }

        @GetMapping("/later")
        Mono<String> later(@RequestHeader(KEY) String tenant) {
            return Mono.error(new RetryableException("no room for " + tenant, null, Duration.ofSeconds(7)));
        }

        @GetMapping("/sometime")
        String sometime() {
            throw new RetryableException("no room");
        }

        @GetMapping("/slow")
        Mono<String> slow() {
            return upstream.slow();
        }
    }
}
