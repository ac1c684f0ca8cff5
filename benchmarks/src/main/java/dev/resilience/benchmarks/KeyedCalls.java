package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A circuit and a number of seats per key. Ours forget what no call depends on; the peers have no keys, so each key is a
 * name in a registry or a map that only grows, and finds its breaker or bulkhead there with every call.
 */
public class KeyedCalls {

    private static final int KEYS = 10_000;

    /** Closed circuits. */
    @Row("breaker closed, 10 000 keys uniform")
    public static class Breaker extends Keyed {

        private final CircuitBreakerRegistry resilience4j = CircuitBreakerRegistry.ofDefaults();
        private final Function<String, FailsafeExecutor<Object>> failsafe =
                Keys.inMap(key -> Failsafe.with(dev.failsafe.CircuitBreaker.builder()
                        .withFailureThreshold(50, 100)
                        .build()));

        public Breaker() {
            super(CircuitBreakers.KIND, Map.of("max-keys", String.valueOf(2 * KEYS)));
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.circuitBreaker(keys.next()).executeCallable(operation);
        }

        @Benchmark
        public Object failsafe() {
            return failsafe.apply(keys.next()).get(supplier);
        }
    }

    /** Free seats. */
    @Row("bulkhead, 10 000 keys uniform")
    public static class Bulkhead extends Keyed {

        private final BulkheadRegistry resilience4j = BulkheadRegistry.of(
                BulkheadConfig.custom().maxWaitDuration(Duration.ZERO).build());
        private final Function<String, FailsafeExecutor<Object>> failsafe =
                Keys.inMap(key -> Failsafe.with(dev.failsafe.Bulkhead.of(25)));

        public Bulkhead() {
            super(Bulkheads.KIND, Map.of());
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.bulkhead(keys.next()).executeCallable(operation);
        }

        @Benchmark
        public Object failsafe() {
            return failsafe.apply(keys.next()).get(supplier);
        }
    }

    /** Ours by any policy. */
    public abstract static class Keyed extends Comparison {

        final Keys keys = Keys.uniform(KEYS);
        final CheckedSupplier<Object> supplier = operation::call;
        private final Body body = operation::call;
        private final Pipeline pipeline;
        private final Policy policy;

        Keyed(String kind, Map<String, String> settings) {
            pipeline = new Ours().keyed(kind, settings).pipeline();
            policy = new Ours().keyed(kind, settings).pipeline().stages().get(0).policy();
        }

        @Benchmark
        public Object ours() throws Throwable {
            return pipeline.invoke(CallShape.BLOCKING, new Object[] {keys.next()}, body);
        }

        @Benchmark
        public Verdict alone(Caller caller) {
            return caller.call.key(keys.next()).passThrough(policy);
        }
    }
}
