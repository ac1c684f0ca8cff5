package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceListener;
import dev.resilience.recovery.Restartable;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

/** One method with a fallback, a total timeout, a cache, a recovery, a retry, a breaker and a timeout of attempts. */
class EverythingTogetherTest {

    private static final String SETTINGS = """
            resilience.fallbacks.carrier.last-good=10m
            resilience.timeouts.carrier.total=10s
            resilience.timeouts.carrier.timeout=1s
            resilience.caches.carrier.ttl=1m
            resilience.caches.carrier.ttl-jitter=0
            resilience.recoveries.carrier.rules=BrokenException -> restart client, ConnectException -> escalate
            resilience.retries.carrier.max-attempts=2
            resilience.retries.carrier.delay=0ms
            resilience.circuit-breakers.carrier.consecutive-failures=4
            resilience.circuit-breakers.carrier.open-wait=30s
            resilience.circuit-breakers.carrier.open-wait-jitter=0
            resilience.circuit-breakers.carrier.probes=1
            """;

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    private final Client client = new Client();

    enum Shape {
        PLAIN {
            @Override
            String call(Carrier carrier, String symbol) throws Exception {
                return carrier.plain(symbol);
            }
        },
        STAGE {
            @Override
            String call(Carrier carrier, String symbol) {
                return carrier.stage(symbol).toCompletableFuture().join();
            }
        },
        MONO {
            @Override
            String call(Carrier carrier, String symbol) {
                return carrier.mono(symbol).block();
            }
        };

        abstract String call(Carrier carrier, String symbol) throws Exception;

        String operation() {
            return "Carrier." + name().toLowerCase(Locale.ROOT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResultIsCachedAndAFailedAttemptRetried(Shape shape) {
        application().run(context -> {
            Carrier carrier = context.getBean(Carrier.class);
            client.failures.add(new ConnectException());

            assertThat(shape.call(carrier, "A")).isEqualTo("A 2");
            assertThat(shape.call(carrier, "A")).isEqualTo("A 2");

            assertThat(calls(context.getBean(GuardReport.class), shape))
                    .containsEntry("executions", 2L)
                    .containsEntry("successes", 2L)
                    .containsEntry("recoveries", 1L);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatRetriesCantCureARestartDoes(Shape shape) {
        application().run(context -> {
            client.broken = true;

            assertThat(shape.call(context.getBean(Carrier.class), "A")).isEqualTo("A 3");

            assertThat(client.restarts).isOne();
            assertThat(numbers(context.getBean(PolicyRegistry.class), "recoveries"))
                    .containsEntry("restarts", 1L)
                    .containsEntry("recovered", 1L)
                    .containsEntry("in-again-after-restart", 1L);
        });
    }

    @ParameterizedTest
    @EnumSource
    void anOutageIsCoveredUntilItIsOver(Shape shape) {
        application().run(context -> {
            Carrier carrier = context.getBean(Carrier.class);
            PolicyRegistry policies = context.getBean(PolicyRegistry.class);
            assertThat(shape.call(carrier, "A")).isEqualTo("A 1");
            time.advance(Duration.ofMinutes(2));
            client.down = true;

            assertThat(shape.call(carrier, "A")).isEqualTo("A 1");
            assertThat(shape.call(carrier, "B")).isEqualTo("no quote of B");
            assertThat(client.calls).isEqualTo(5);
            assertThat(shape.call(carrier, "A")).isEqualTo("A 1");
            assertThat(shape.call(carrier, "B")).isEqualTo("no quote of B");

            assertThat(client.calls).isEqualTo(5);
            assertThat(numbers(policies, "fallbacks"))
                    .containsEntry("replaced", 4L)
                    .containsEntry("last-good", 2L);
            assertThat(events).filteredOn(Escalated.class::isInstance).hasSize(2);
            client.down = false;
            time.advance(Duration.ofSeconds(31));
            assertThat(shape.call(carrier, "B")).isEqualTo("B 6");
            assertThat(calls(context.getBean(GuardReport.class), shape))
                    .containsEntry("executions", 6L)
                    .containsEntry("successes", 6L)
                    .containsEntry("recoveries", 4L);
        });
    }

    private ApplicationContextRunner application() {
        return Starters.with(Carrier.class)
                .withBean(Time.class, time::time)
                .withBean("client", Client.class, () -> client)
                .withBean(ResilienceListener.class, () -> events::add)
                .withPropertyValues(SETTINGS.lines().toArray(String[]::new));
    }

    private static Map<String, Number> calls(GuardReport report, Shape shape) {
        return report.methods().get(shape.operation()).calls();
    }

    private static Map<String, Number> numbers(PolicyRegistry policies, String kind) {
        return policies.find(kind, "carrier").orElseThrow().snapshot().numbers();
    }

    static class Carrier {
        private final Client client;

        Carrier(Client client) {
            this.client = client;
        }

        @Guarded
        @Fallback(name = "carrier", method = "none")
        public String plain(String symbol) throws Exception {
            return client.quote(symbol);
        }

        @Guarded
        @Fallback(name = "carrier", method = "none")
        public CompletionStage<String> stage(String symbol) {
            try {
                return CompletableFuture.completedFuture(client.quote(symbol));
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }

        @Guarded
        @Fallback(name = "carrier", method = "noneLater")
        public Mono<String> mono(String symbol) {
            return Mono.fromCallable(() -> client.quote(symbol));
        }

        private String none(String symbol) {
            return "no quote of " + symbol;
        }

        private Mono<String> noneLater(String symbol) {
            return Mono.just(none(symbol));
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Timeout("carrier")
    @Cached("carrier")
    @Recovery("carrier")
    @Retryable("carrier")
    @CircuitBreaker("carrier")
    @interface Guarded {}

    static class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static class Client implements Restartable {
        private final List<Exception> failures = new CopyOnWriteArrayList<>();
        private boolean broken;
        private boolean down;
        private int restarts;
        private int calls;

        @Override
        public void restart() {
            restarts++;
            broken = false;
        }

        String quote(String symbol) throws Exception {
            calls++;
            if (broken) {
                throw new BrokenException();
            }
            if (down) {
                throw new ConnectException();
            }
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return symbol + " " + calls;
        }
    }
}
