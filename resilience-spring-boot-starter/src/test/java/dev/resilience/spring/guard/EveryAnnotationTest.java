package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EveryAnnotationTest {

    @Test
    void aRateLimitRefusesWhatIsTooMuch() {
        Starters.with(Limited.class).run(context -> {
            Limited limited = context.getBean(Limited.class);

            assertThat(limited.call()).isEqualTo("called");
            assertThatThrownBy(limited::call)
                    .isInstanceOf(RateLimitedException.class)
                    .hasMessageContaining("Limited.call");
        });
    }

    static class Limited {
        @RateLimited("1/1h")
        public String call() {
            return "called";
        }
    }

    @Test
    void aRetryCallsAgain() {
        Starters.with(Retried.class).run(context -> {
            Retried retried = context.getBean(Retried.class);

            assertThat(retried.call()).isEqualTo("called 3 times");
        });
    }

    static class Retried {
        private int calls;

        @Retryable(maxAttempts = "3", delay = "1ms")
        public String call() {
            if (++calls < 3) {
                throw new IllegalStateException("not yet");
            }
            return "called " + calls + " times";
        }
    }

    @Test
    void aCacheKeepsTheResult() {
        Starters.with(Caching.class).run(context -> {
            Caching caching = context.getBean(Caching.class);

            assertThat(caching.call("a")).isEqualTo("a1");
            assertThat(caching.call("a")).isEqualTo("a1");
            assertThat(caching.call("b")).isEqualTo("b2");
        });
    }

    static class Caching {
        private int calls;

        @Cached
        public String call(String symbol) {
            return symbol + ++calls;
        }
    }

    @Test
    void anOpenBreakerRefuses() {
        Starters.with(Broken.class).run(context -> {
            Broken broken = context.getBean(Broken.class);

            assertThatThrownBy(broken::call).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(broken::call).isInstanceOf(CircuitBreakerOpenException.class);
        });
    }

    static class Broken {
        @CircuitBreaker(consecutiveFailures = "1")
        public String call() {
            throw new IllegalStateException("down");
        }
    }

    @Test
    void aFullBulkheadRefuses() {
        Starters.with(Narrow.class).run(context -> {
            Narrow narrow = context.getBean(Narrow.class);

            assertThat(narrow.call(() -> narrow.call(() -> "inside"))).isEqualTo("refused");
        });
    }

    static class Narrow {
        @Bulkhead(maxConcurrent = "1")
        public String call(java.util.function.Supplier<String> body) {
            try {
                return body.get();
            } catch (BulkheadFullException full) {
                return "refused";
            }
        }
    }

    @Test
    void aTimeoutInterrupts() {
        Starters.with(Slow.class).run(context -> assertThatThrownBy(context.getBean(Slow.class)::call)
                .isInstanceOf(CallTimedOutException.class));
    }

    static class Slow {
        @Timeout("10ms")
        public String call() throws InterruptedException {
            new CountDownLatch(1).await();
            return "never";
        }
    }

    @Test
    void aFallbackReplacesTheFailure() {
        Starters.with(Replaced.class)
                .run(context ->
                        assertThat(context.getBean(Replaced.class).call("x")).isEqualTo("cheap x"));
    }

    static class Replaced {
        @Fallback("cheap")
        public String call(String what) {
            throw new IllegalStateException("down");
        }

        private String cheap(String what) {
            return "cheap " + what;
        }
    }

    @Test
    void aValueReplacesTheFailure() {
        Starters.with(Valued.class)
                .run(context -> assertThat(context.getBean(Valued.class).call()).isEqualTo(42));
    }

    static class Valued {
        @Fallback(returning = "42")
        public int call() {
            throw new IllegalStateException("down");
        }
    }
}
