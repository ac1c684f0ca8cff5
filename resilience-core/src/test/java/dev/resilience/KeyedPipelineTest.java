package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class KeyedPipelineTest {

    private final ManualTime time = new ManualTime();
    private final AtomicInteger loads = new AtomicInteger();

    /** The doors through which one value comes. */
    enum Door {
        PLAIN {
            @Override
            Object call(KeyedPipeline pipeline, Object value) throws Exception {
                return pipeline.call(() -> value);
            }

            @Override
            Object call(Pipeline pipeline) throws Exception {
                return pipeline.call(() -> "any");
            }
        },
        STAGE {
            @Override
            Object call(KeyedPipeline pipeline, Object value) {
                return pipeline.callAsync(() -> CompletableFuture.completedFuture(value))
                        .join();
            }

            @Override
            Object call(Pipeline pipeline) {
                return pipeline.callAsync(() -> CompletableFuture.completedFuture("any"));
            }
        },
        MONO {
            @Override
            Object call(KeyedPipeline pipeline, Object value) {
                return pipeline.mono(() -> Mono.just(value)).block();
            }

            @Override
            Object call(Pipeline pipeline) {
                return pipeline.mono(() -> Mono.just("any"));
            }
        };

        abstract Object call(KeyedPipeline pipeline, Object value) throws Exception;

        abstract Object call(Pipeline pipeline) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void aCacheKeepsAResultForEachKey(Door door) throws Exception {
        Pipeline pipeline = cached();

        assertThat(door.call(pipeline.forKey("ada"), "ada's")).isEqualTo("ada's");
        assertThat(door.call(pipeline.forKey("bob"), "bob's")).isEqualTo("bob's");
        assertThat(door.call(pipeline.forKey("ada"), "never asked")).isEqualTo("ada's");
        assertThat(door.call(pipeline.forKey(List.of("ada", 1)), "another")).isEqualTo("another");
        assertThat(door.call(pipeline.forKey(List.of("ada", 1)), "never asked")).isEqualTo("another");
        assertThat(pipeline.statistics().successes()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource
    void aCallWithoutAKeyIsRefusedWhereACacheCannotSeeWhatItIsAbout(Door door) {
        Pipeline pipeline = cached();

        assertThatThrownBy(() -> door.call(pipeline))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cache 'ml' of ml")
                .hasMessageContaining("Write pipeline.forKey(key).call(...)");
        assertThatThrownBy(() -> pipeline.run(loads::incrementAndGet)).isInstanceOf(IllegalStateException.class);
        assertThat(loads).hasValue(0);
    }

    @Test
    void aViewMayBeKeptAndRunsWhatGivesNothingOnce() {
        KeyedPipeline ada = cached().forKey("ada");

        ada.run(loads::incrementAndGet);
        ada.run(loads::incrementAndGet);

        assertThat(loads).hasValue(1);
    }

    @Test
    void aKeyIsSomething() {
        assertThatThrownBy(() -> cached().forKey(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aStreamIsNotKept() {
        assertThatThrownBy(() -> cached().forKey("ada").flux(() -> Flux.just(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keeps one result a call, and a stream has many");
    }

    @Test
    void aLimiterThatSaysSoCountsByTheKeyAndAnotherOneCountsAll() throws Exception {
        Pipeline byKey = with("rate-limiters", Map.of("limits", "1/1h", "key", "given"));
        byKey.forKey("ada").call(() -> "one");
        byKey.forKey("bob").run(() -> {});
        assertThatThrownBy(() -> byKey.forKey("ada").call(() -> "two")).isInstanceOf(RateLimitedException.class);
        assertThat(byKey.forKey("eve").flux(() -> Flux.just(1, 2)).collectList().block())
                .containsExactly(1, 2);
        assertThatThrownBy(() -> byKey.call(() -> "whose?")).isInstanceOf(IllegalStateException.class);

        Pipeline all = with("rate-limiters", Map.of("limits", "1/1h"));
        all.forKey("ada").call(() -> "one");
        assertThatThrownBy(() -> all.forKey("bob").call(() -> "two")).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void soDoBreakersAndBulkheads() {
        Pipeline breaker = with("circuit-breakers", Map.of("consecutive-failures", "1", "key", "given"));
        assertThatThrownBy(() -> breaker.forKey("ada").call(() -> {
                    throw new IllegalStateException("down");
                }))
                .hasMessage("down");
        assertThatThrownBy(() -> breaker.forKey("ada").call(() -> "up"))
                .isInstanceOf(CircuitBreakerOpenException.class);
        breaker.forKey("bob").run(() -> {});

        Pipeline narrow = with("bulkheads", Map.of("max-concurrent", "1", "key", "given"));
        narrow.forKey("ada").run(() -> {
            narrow.forKey("bob").run(loads::incrementAndGet);
            assertThatThrownBy(() -> narrow.forKey("ada").run(() -> {})).isInstanceOf(BulkheadFullException.class);
        });
        assertThat(loads).hasValue(1);
    }

    @Test
    void anotherKeyOfALambdaIsRefusedAndTheGivenOneNamed() {
        assertThatThrownBy(() -> with("rate-limiters", Map.of("limits", "1/1h", "key", "#agent")))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("key = '#agent'")
                .hasMessageContaining("Write 'key: given' and call with pipeline.forKey(key)");
        assertThatThrownBy(() -> with("caches", Map.of("vary-by", "principal")))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("vary-by = 'principal'");
    }

    private Pipeline cached() {
        return with("caches", Map.of());
    }

    private Pipeline with(String kind, Map<String, String> settings) {
        return Resilience.builder()
                .time(time.time())
                .policy(kind, "ml", settings)
                .pipeline("ml", Map.of(kind, "ml"))
                .build()
                .pipeline("ml");
    }
}
