package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;

/** Retry, breaker, limiter and bulkhead around one call that succeeds at once. */
public class Stacks {

    static Ours four() {
        return new Ours()
                .with(Retries.KIND, Map.of())
                .with(CircuitBreakers.KIND, Map.of())
                .with(Limiters.KIND, Map.of("limits", Limiters.PLENTY + "/1s"))
                .with(Bulkheads.KIND, Map.of());
    }

    static TypedGuard.Builder<Object> fourOfSmallrye() {
        return TypedGuard.create(Object.class)
                .withRetry()
                .done()
                .withCircuitBreaker()
                .requestVolumeThreshold(100)
                .done()
                .withRateLimit()
                .limit((int) Limiters.PLENTY)
                .window(1, ChronoUnit.SECONDS)
                .done()
                .withBulkhead()
                .limit(25)
                .done();
    }

    /** The four. */
    @Row(value = "whole stack without timeout", target = 60)
    public static class WithoutTimeout extends Comparison {

        private final Pipeline pipeline = four().pipeline();
        private final TypedGuard<Object> smallrye = fourOfSmallrye().build();
        private final Retry retry = Retry.ofDefaults("benchmark");
        private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("benchmark");
        private final RateLimiter limiter = RateLimiter.of(
                "benchmark",
                RateLimiterConfig.custom()
                        .limitForPeriod((int) Limiters.PLENTY)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .build());
        private final Bulkhead bulkhead = Bulkhead.ofDefaults("benchmark");
        private final Callable<Object> resilience4j = Retry.decorateCallable(
                retry,
                CircuitBreaker.decorateCallable(
                        breaker,
                        RateLimiter.decorateCallable(limiter, Bulkhead.decorateCallable(bulkhead, operation))));

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.call();
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.call(operation);
        }
    }

    /** And a timeout for each attempt. */
    @Row(value = "whole stack with timeout", target = 70)
    public static class WithTimeout extends Comparison {

        private final Pipeline pipeline =
                four().with(Timeouts.KIND, Map.of("timeout", "2s")).pipeline();
        private final TypedGuard<Object> smallrye = fourOfSmallrye()
                .withTimeout()
                .duration(2, ChronoUnit.SECONDS)
                .done()
                .build();

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.call(operation);
        }
    }
}
