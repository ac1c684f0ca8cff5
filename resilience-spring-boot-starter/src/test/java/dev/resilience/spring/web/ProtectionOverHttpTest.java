package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Controllers behind breakers, bulkheads and timeouts that ask for a header or an address, as their callers see them. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class ProtectionOverHttpTest {

    private static final String YAML = """
            resilience:
              defaults.circuit-breakers: {consecutive-failures: 2, open-wait-jitter: 0}
              bulkheads.full: {max-concurrent: 1}
            management:
              endpoints.web.exposure.include: resilience, health
              endpoint:
                resilience.access: unrestricted
                health.show-details: always
            """;

    @Parameter
    WebApplicationType type;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "stage", "mono", "flux"})
    void anOpenCircuitOfAHeaderIs503WithTheTimeThatIsLeft(String shape) {
        in(server -> {
            for (int call = 0; call < 2; call++) {
                assertThat(server.get("/down/" + shape, "X-Tenant", "acme").statusCode())
                        .isEqualTo(500);
            }
            server.time.advance(Duration.ofMillis(500));

            HttpResponse<String> refused = server.get("/down/" + shape, "X-Tenant", "acme");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(header(refused, "Retry-After")).isEqualTo("30");
            assertThat(header(refused, "Content-Type")).startsWith("application/problem+json");
            assertThat(json(refused, "$.kind")).isEqualTo("circuit-breakers");
            assertThat(json(refused, "$.policy")).isEqualTo("tenants");
            assertThat(json(refused, "$.retryAfterSeconds")).isEqualTo(30);
            assertThat(refused.body()).doesNotContain("acme");
            assertThat(server.get("/down/" + shape, "X-Tenant", "zeta").statusCode())
                    .isEqualTo(500);
        });
    }

    @Test
    void aFullBulkheadIs503WithoutATime() {
        in(server -> {
            HttpResponse<String> refused = server.get("/full");

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(header(refused, "Retry-After")).isNull();
            assertThat(json(refused, "$.kind")).isEqualTo("bulkheads");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "stage", "mono", "flux"})
    void anExpiryIs504(String shape) {
        in(server -> {
            HttpResponse<String> late = server.get("/late/" + shape);

            assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
            assertThat(json(late, "$.kind")).isEqualTo("timeouts");
            assertThat(json(late, "$.policy")).isEqualTo("late");
        });
    }

    @Test
    void theEndpointShowsAndClosesTheCircuitOfASecretByItsDigest() {
        in(server -> {
            for (int call = 0; call < 2; call++) {
                server.get("/down/mono", "X-Tenant", "s3cret");
            }
            HttpResponse<String> breaker = server.get("/actuator/resilience/circuit-breakers/tenants");
            String digest = json(breaker, "$.top.rankings.open[0].key").toString();
            HttpResponse<String> one = server.get("/actuator/resilience/circuit-breakers/tenants/" + digest);

            assertThat(breaker.body() + one.body()).doesNotContain("s3cret");
            assertThat(digest).startsWith("sha256:");
            assertThat(json(one, "$.details.state")).isEqualTo("OPEN");
            assertThat(json(one, "$.details['probe-at']")).isEqualTo("2026-01-01T00:00:30Z");
            assertThat(server.send("DELETE", "/actuator/resilience/circuit-breakers/tenants/" + digest)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/down/mono", "X-Tenant", "s3cret").statusCode())
                    .isEqualTo(500);
            assertThat(json(
                            server.get("/actuator/health"),
                            "$.components.resilience.details['circuit-breakers'].tenants"))
                    .isEqualTo("CLOSED");
        });
    }

    @Test
    void theEndpointShowsTheSeatsOfOneKey() {
        in(server -> {
            assertThat(server.get("/seats", "X-Tenant", "acme").body()).isEqualTo("1 of 3");
            assertThat(json(server.get("/actuator/resilience/bulkheads/tenants/acme"), "$.details.available"))
                    .isEqualTo(3);
        });
    }

    private void in(Consumer<Served> story) {
        try (Served server = Served.with(type, YAML, Shop.class)) {
            story.accept(server);
        }
    }

    @RestController
    static class Shop {

        private final ManualTime time;
        private final PolicyRegistry registry;
        private final ObjectProvider<Shop> self;

        Shop(ManualTime time, PolicyRegistry registry, ObjectProvider<Shop> self) {
            this.time = time;
            this.registry = registry;
            this.self = self;
        }

        @GetMapping("/down/plain")
        @CircuitBreaker(name = "tenants", key = "#tenant")
        public String plain(@RequestHeader("X-Tenant") String tenant) {
            throw new IllegalStateException("down");
        }

        @GetMapping("/down/stage")
        @CircuitBreaker(name = "tenants", key = "#tenant")
        public CompletionStage<String> stage(@RequestHeader("X-Tenant") String tenant) {
            return CompletableFuture.failedFuture(new IllegalStateException("down"));
        }

        @GetMapping("/down/mono")
        @CircuitBreaker(name = "tenants", key = "header:X-Tenant")
        public Mono<String> mono() {
            return Mono.error(new IllegalStateException("down"));
        }

        @GetMapping("/down/flux")
        @CircuitBreaker(name = "tenants", key = "header:X-Tenant")
        public Flux<String> flux() {
            return Flux.error(new IllegalStateException("down"));
        }

        @GetMapping("/full")
        @Bulkhead(name = "full", key = "ip")
        public Mono<String> full() {
            return Mono.defer(() -> self.getObject().full());
        }

        @GetMapping("/seats")
        @Bulkhead(name = "tenants", key = "header:X-Tenant", maxConcurrent = "3")
        public Mono<String> seats() {
            return Mono.fromSupplier(() -> registry.find("bulkheads", "tenants")
                    .orElseThrow()
                    .key("acme", null)
                    .map(seats -> seats.details().get("in-use") + " of "
                            + seats.details().get("max-concurrent"))
                    .orElseThrow());
        }

        @GetMapping("/late/plain")
        @Timeout(name = "late", timeout = "1s")
        public String latePlain() {
            return late();
        }

        @GetMapping("/late/stage")
        @Timeout("late")
        public CompletionStage<String> lateStage() {
            return CompletableFuture.completedFuture(late());
        }

        @GetMapping("/late/mono")
        @Timeout("late")
        public Mono<String> lateMono() {
            return Mono.fromSupplier(this::late);
        }

        @GetMapping("/late/flux")
        @Timeout("late")
        public Flux<String> lateFlux() {
            return Flux.defer(() -> Flux.just(late()));
        }

        private String late() {
            time.advance(Duration.ofSeconds(2));
            return "late";
        }
    }
}
