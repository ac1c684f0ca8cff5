package dev.resilience.benchmarks;

import dev.resilience.Admission;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;

/** A call that is refused with an exception, which is caught. The peer's exceptions fill no stack trace either. */
public class Rejections {

    /** An open breaker. */
    @Row(value = "rejection by a breaker", target = 20)
    public static class ByBreaker extends Refused {

        private final CircuitBreaker resilience4j = CircuitBreaker.of(
                "benchmark",
                CircuitBreakerConfig.custom().writableStackTraceEnabled(false).build());

        public ByBreaker() {
            super(CircuitBreakers.KIND, Map.of());
            for (int call = 0; call < 100; call++) {
                caught(() -> pipeline.call(() -> {
                    throw new IllegalStateException("down");
                }));
            }
            resilience4j.transitionToOpenState();
        }

        @Benchmark
        public Object resilience4j() {
            return caught(() -> resilience4j.executeCallable(operation));
        }
    }

    /** A limiter whose only permit of the hour is gone. */
    @Row(value = "rejection by a limiter", target = 40)
    public static class ByLimiter extends Refused {

        private final RateLimiter resilience4j = RateLimiter.of(
                "benchmark",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .writableStackTraceEnabled(false)
                        .build());

        public ByLimiter() {
            super(Limiters.KIND, Map.of("limits", "1/1h"));
            caught(() -> pipeline.call(operation));
            resilience4j.acquirePermission();
        }

        @Benchmark
        public Object resilience4j() {
            return caught(() -> resilience4j.executeCallable(operation));
        }
    }

    /** A bulkhead whose only seat is taken. */
    @Row(value = "rejection by a bulkhead", target = 20)
    public static class ByBulkhead extends Refused {

        private final Bulkhead resilience4j = Bulkhead.of(
                "benchmark",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(Duration.ZERO)
                        .writableStackTraceEnabled(false)
                        .build());

        public ByBulkhead() {
            super(Bulkheads.KIND, Map.of("max-concurrent", "1"));
            call.ask(policy);
            resilience4j.acquirePermission();
        }

        @Benchmark
        public Object resilience4j() {
            return caught(() -> resilience4j.executeCallable(operation));
        }
    }

    /** Ours by any policy. */
    public abstract static class Refused extends Comparison {

        final Pipeline pipeline;
        final Policy policy;
        final BareCall call;

        Refused(String kind, Map<String, String> settings) {
            Ours ours = new Ours();
            pipeline = ours.with(kind, settings).pipeline();
            policy = pipeline.stages().get(0).policy();
            call = ours.call();
        }

        @Benchmark
        public Object ours() {
            return caught(() -> pipeline.call(operation));
        }

        @Benchmark
        public Object alone() {
            Admission admission = call.ask(policy);
            try {
                throw ((Admission.Fail) admission).cause();
            } catch (Throwable refusal) {
                return refusal;
            }
        }

        static Object caught(Callable<Object> refused) {
            try {
                return refused.call();
            } catch (Exception refusal) {
                return refusal;
            }
        }
    }
}
