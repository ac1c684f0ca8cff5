package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** A closed breaker: half of the calls in its window would have to fail to open it. SmallRye knows count windows only. */
public class CircuitBreakers {

    static final String KIND = "circuit-breakers";

    private static final int LAST = 100;

    static TypedGuard<Object> breakerOfSmallrye() {
        return TypedGuard.create(Object.class)
                .withCircuitBreaker()
                .requestVolumeThreshold(LAST)
                .failureRatio(0.5)
                .done()
                .build();
    }

    /** The last hundred calls, which all succeeded. */
    @Row(value = "breaker closed, count window 100", target = 10)
    public static class CountWindow extends Closed {

        private final TypedGuard<Object> smallrye = breakerOfSmallrye();

        public CountWindow() {
            super("100", SlidingWindowType.COUNT_BASED, LAST);
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.call(operation);
        }
    }

    /** Two threads share the breaker. */
    @Row("breaker closed, count window 100, 2 threads")
    @Threads(2)
    public static class CountWindowTwoThreads extends CountWindow {}

    /** The last minute. */
    @Row(value = "breaker closed, time window 60 s", target = 12)
    public static class TimeWindow extends Closed {
        public TimeWindow() {
            super("60s", SlidingWindowType.TIME_BASED, 60);
        }
    }

    /** Two threads share the breaker. */
    @Row("breaker closed, time window 60 s, 2 threads")
    @Threads(2)
    public static class TimeWindowTwoThreads extends TimeWindow {}

    /** Every third call fails, with an exception made before: what counting a failure costs. */
    @Row("breaker closed, count window 100, a third of the calls fails")
    public static class Failing extends Comparison {

        private static final int THIRD = 3;

        private final Map<String, String> settings = Map.of("window", "100");
        private final Ours ours = new Ours();
        private final Pipeline pipeline = ours.with(KIND, settings).pipeline();
        private final Policy policy = ours.policy(KIND, settings);
        private final CircuitBreaker resilience4j = breakerOfResilience4j(SlidingWindowType.COUNT_BASED, LAST);
        private final FailsafeExecutor<Object> failsafe = breakerOfFailsafe(SlidingWindowType.COUNT_BASED, LAST);
        private final TypedGuard<Object> smallrye = breakerOfSmallrye();

        private final IllegalStateException failure = new IllegalStateException("down");
        private final Callable<Object> broken = () -> {
            throw failure;
        };
        private final CheckedSupplier<Object> supplier = operation::call;
        private final CheckedSupplier<Object> brokenSupplier = broken::call;

        @Benchmark
        public Object ours(Caller caller) {
            return caught(() -> pipeline.call(next(caller)));
        }

        @Benchmark
        public Verdict alone(Caller caller) {
            return caller.call.passThrough(policy, fails(caller) ? failure : null);
        }

        @Benchmark
        public Object resilience4j(Caller caller) {
            return caught(() -> resilience4j.executeCallable(next(caller)));
        }

        @Benchmark
        public Object failsafe(Caller caller) {
            return caught(() -> failsafe.get(fails(caller) ? brokenSupplier : supplier));
        }

        @Benchmark
        public Object smallrye(Caller caller) {
            return caught(() -> smallrye.call(next(caller)));
        }

        private Callable<Object> next(Caller caller) {
            return fails(caller) ? broken : operation;
        }

        private static boolean fails(Caller caller) {
            return caller.turn(THIRD) == 0;
        }
    }

    /** The same over any window. */
    public abstract static class Closed extends OnePolicy {

        private final CircuitBreaker resilience4j;
        private final FailsafeExecutor<Object> failsafe;
        private final CheckedSupplier<Object> supplier = operation::call;

        Closed(String window, SlidingWindowType type, int size) {
            super(KIND, Map.of("window", window));
            resilience4j = breakerOfResilience4j(type, size);
            failsafe = breakerOfFailsafe(type, size);
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

    private static CircuitBreaker breakerOfResilience4j(SlidingWindowType type, int size) {
        return CircuitBreaker.of(
                "benchmark",
                CircuitBreakerConfig.custom().slidingWindow(size, 10, type).build());
    }

    private static FailsafeExecutor<Object> breakerOfFailsafe(SlidingWindowType type, int size) {
        return Failsafe.with(
                type == SlidingWindowType.COUNT_BASED
                        ? dev.failsafe.CircuitBreaker.builder()
                                .withFailureThreshold(size / 2, size)
                                .build()
                        : dev.failsafe.CircuitBreaker.builder()
                                .withFailureRateThreshold(50, 10, Duration.ofSeconds(size))
                                .build());
    }
}
