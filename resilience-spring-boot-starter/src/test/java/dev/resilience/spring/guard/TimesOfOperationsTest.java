package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import reactor.core.publisher.Mono;

/** One cache whose operations keep their results for times of their own, as YAML says. */
class TimesOfOperationsTest {

    private static final String YAML = """
            resilience:
              caches:
                client:
                  ttl: 30s
                  ttls: {ApiCall: 300s, FilterData: 60s, StoreData: 0}
                  ttl-jitter: 0
            """;

    private final ManualTime time = new ManualTime();

    @Test
    void eachOperationKeepsItsResultsForItsOwnTimeAndNotAMomentLonger() {
        in(client -> client::apiCall, Duration.ofSeconds(300));
        in(client -> key -> client.filterData(key).toCompletableFuture().join(), Duration.ofSeconds(60));
        in(client -> key -> client.otherThings(key).block(), Duration.ofSeconds(30));
    }

    private void in(Function<Client, Function<String, Integer>> operation, Duration ttl) {
        application().run(context -> {
            Function<String, Integer> call = operation.apply(context.getBean(Client.class));
            assertThat(call.apply("a")).isEqualTo(1);
            assertThat(call.apply("b")).isEqualTo(2);
            time.advance(ttl.minusNanos(1));
            assertThat(call.apply("a")).isEqualTo(1);
            time.advanceNanos(1);
            assertThat(call.apply("a")).isEqualTo(3);
            assertThat(call.apply("a")).isEqualTo(3);
            assertThat(call.apply("b")).isEqualTo(4);
        });
    }

    @Test
    void anOperationWithoutTimeIsNeverKeptNorWaitedFor() {
        application().run(context -> {
            Client client = context.getBean(Client.class);
            CompletableFuture<Integer> first = client.storeData("a").toCompletableFuture();
            CompletableFuture<Integer> second = client.storeData("a").toCompletableFuture();

            assertThat(client.stores()).hasValue(2);
            client.stored().complete(7);

            assertThat(first).isCompletedWithValue(7);
            assertThat(second).isCompletedWithValue(7);
            assertThat(client.storeData("a").toCompletableFuture()).isCompletedWithValue(7);
            assertThat(client.stores()).hasValue(3);
            assertThat(context.getBean(PolicyRegistry.class)
                            .find("caches", "client")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("entries", 0L)
                    .containsEntry("hits", 0L)
                    .containsEntry("misses", 0L);
        });
    }

    @Test
    void equalArgumentsOfTwoOperationsAreTwoResults() {
        application().run(context -> {
            Client client = context.getBean(Client.class);
            assertThat(client.apiCall("a")).isEqualTo(1);
            assertThat(client.filterData("a").toCompletableFuture()).isCompletedWithValue(2);
            assertThat(client.otherThings("a").block()).isEqualTo(3);
            assertThat(client.apiCall("a")).isEqualTo(1);
        });
    }

    private ApplicationContextRunner application() {
        return Starters.with(Client.class)
                .withBean(Time.class, time::time)
                .withInitializer(TimesOfOperationsTest::readYaml);
    }

    private static void readYaml(ConfigurableApplicationContext context) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml", new ByteArrayResource(YAML.getBytes(StandardCharsets.UTF_8)))
                    .forEach(context.getEnvironment().getPropertySources()::addFirst);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static class Client {
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger stores = new AtomicInteger();
        private final CompletableFuture<Integer> stored = new CompletableFuture<>();

        @Cached("client")
        public Integer apiCall(String path) {
            return calls.incrementAndGet();
        }

        @Cached("client")
        public CompletionStage<Integer> filterData(String path) {
            return CompletableFuture.completedFuture(calls.incrementAndGet());
        }

        @Cached("client")
        public Mono<Integer> otherThings(String path) {
            return Mono.fromCallable(calls::incrementAndGet);
        }

        @Cached("client")
        public CompletionStage<Integer> storeData(String path) {
            stores.incrementAndGet();
            return stored.copy();
        }

        public AtomicInteger stores() {
            return stores;
        }

        public CompletableFuture<Integer> stored() {
            return stored;
        }
    }
}
