package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A closed breaker around a call that succeeds. */
public class CircuitBreakers {

    static final String KIND = "circuit-breakers";

    /** The last hundred calls. */
    @Row(value = "breaker closed, count window 100", target = 10)
    public static class CountWindow extends Closed {
        public CountWindow() {
            super("100", SlidingWindowType.COUNT_BASED, 100);
        }
    }

    /** The last minute. */
    @Row(value = "breaker closed, time window 60 s", target = 12)
    public static class TimeWindow extends Closed {
        public TimeWindow() {
            super("60s", SlidingWindowType.TIME_BASED, 60);
        }
    }

    /** The same over any window. */
    public abstract static class Closed extends Comparison {

        private final Pipeline pipeline;
        private final Policy policy;
        private final BareCall call;
        private final CircuitBreaker resilience4j;
        private final dev.failsafe.FailsafeExecutor<Object> failsafe;

        Closed(String window, SlidingWindowType type, int size) {
            Ours ours = new Ours();
            Map<String, String> settings = Map.of("window", window);
            pipeline = ours.with(KIND, settings).pipeline();
            policy = ours.policy(KIND, settings);
            call = ours.call();
            resilience4j = CircuitBreaker.of(
                    "benchmark",
                    CircuitBreakerConfig.custom().slidingWindow(size, 10, type).build());
            failsafe = dev.failsafe.Failsafe.with(
                    type == SlidingWindowType.COUNT_BASED
                            ? dev.failsafe.CircuitBreaker.builder()
                                    .withFailureThreshold(50, size)
                                    .build()
                            : dev.failsafe.CircuitBreaker.builder()
                                    .withFailureRateThreshold(50, 10, Duration.ofSeconds(size))
                                    .build());
        }

        private final dev.failsafe.function.CheckedSupplier<Object> supplier = operation::call;

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Verdict alone() {
            return call.passThrough(policy);
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.executeCallable(operation);
        }

        @Benchmark
        public Object failsafe() {
            return failsafe.get(supplier);
        }
    }
}
