package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Fallbacks that tell a full bulkhead, an open breaker and an expiry apart by their parameter. */
class FallbacksByRefusalTest {

    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void eachRefusalHasItsOwnFallback(Shape shape) {
        in(Apart.class, apart -> {
            shape.call(apart, "a", () -> {
                assertThat(shape.call(apart, "b")).isEqualTo("full for b: TAKEN");
                return "a";
            });
            assertThat(shape.call(apart, "c", this::late)).isEqualTo("late for c: 2s");
            assertThat(shape.call(apart, "d", DOWN)).isEqualTo("failed for d: down");
            assertThat(shape.call(apart, "e")).isEqualTo("open for e: 30s");
        });
    }

    @ParameterizedTest
    @EnumSource
    void onNamesARefusalAndTheOthersComeThrough(Shape shape) {
        in(Named.class, named -> {
            shape.call(named, "a", () -> {
                assertThat(shape.call(named, "b")).isEqualTo("busy");
                return "a";
            });
            assertThatThrownBy(() -> shape.call(named, "c", this::late)).isInstanceOf(CallTimedOutException.class);
            assertThatThrownBy(() -> shape.call(named, "d", DOWN)).hasMessage("down");
            assertThatThrownBy(() -> shape.call(named, "e")).isInstanceOf(CircuitBreakerOpenException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void theValueOfATimeoutIsNotCoveredByTheFallbackAroundIt(Shape shape) {
        in(Valued.class, valued -> {
            assertThat(shape.call(valued, "a", this::late)).isEqualTo("late");
            assertThat(shape.call(valued, "b", DOWN)).isEqualTo("fallback");
        });
    }

    /** A body that takes three seconds. */
    private String late() {
        time.advance(Duration.ofSeconds(3));
        return "too late";
    }

    private <T extends Shaped> void in(Class<T> type, Consumer<T> story) {
        runner(type).run(context -> story.accept(context.getBean(type)));
    }

    private ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type)
                .withBean(Time.class, time::time)
                .withPropertyValues(
                        "resilience.circuit-breakers.upstream.consecutive-failures=2",
                        "resilience.circuit-breakers.upstream.open-wait-jitter=0",
                        "resilience.bulkheads.upstream.max-concurrent=1",
                        "resilience.timeouts.upstream.timeout=2s");
    }

    @Fallback("instead")
    @CircuitBreaker("upstream")
    @Timeout("upstream")
    @Bulkhead("upstream")
    static class Apart extends Shaped.Obedient {

        private String instead(String key, Supplier<String> body, BulkheadFullException full) {
            return "full for " + key + ": " + full.why();
        }

        private String instead(String key, Supplier<String> body, CircuitBreakerOpenException open) {
            return "open for " + key + ": " + open.retryAfter().orElseThrow().toSeconds() + "s";
        }

        private String instead(String key, Supplier<String> body, CallTimedOutException late) {
            return "late for " + key + ": " + late.timeout().toSeconds() + "s";
        }

        private String instead(String key, Supplier<String> body, Exception failure) {
            return "failed for " + key + ": " + failure.getMessage();
        }
    }

    @Fallback(returning = "busy", on = "BulkheadFullException")
    @CircuitBreaker("upstream")
    @Timeout("upstream")
    @Bulkhead("upstream")
    static class Named extends Shaped.Obedient {}

    @Fallback(returning = "fallback")
    @Timeout(timeout = "2s", returning = "late")
    static class Valued extends Shaped.Obedient {}
}
