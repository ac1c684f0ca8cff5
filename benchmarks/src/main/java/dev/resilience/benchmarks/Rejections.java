package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.resilience.Admission;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskCallback;

/**
 * A call that is refused with an exception, which is caught. Where a peer can be told to fill no stack trace, it is:
 * Resilience4j can.
 */
public class Rejections {

    /** An open breaker. */
    @Row(value = "rejection by a breaker", target = 20)
    public static class ByBreaker extends Refused {

        private final CircuitBreaker resilience4j = CircuitBreaker.of(
                "benchmark",
                CircuitBreakerConfig.custom()
                        .writableStackTraceEnabled(false)
                        .waitDurationInOpenState(Duration.ofHours(1))
                        .build());
        private final dev.failsafe.CircuitBreaker<Object> breakerOfFailsafe = dev.failsafe.CircuitBreaker.builder()
                .withDelay(Duration.ofHours(1))
                .build();
        private final FailsafeExecutor<Object> failsafe = Failsafe.with(breakerOfFailsafe);
        private final TypedGuard<Object> smallrye = TypedGuard.create(Object.class)
                .withCircuitBreaker()
                .delay(1, ChronoUnit.HOURS)
                .done()
                .build();
        private final CheckedSupplier<Object> supplier = operation::call;

        public ByBreaker() {
            super(CircuitBreakers.KIND, Map.of("open-wait", "1h", "max-open-wait", "1h"));
            Callable<Object> broken = () -> {
                throw new IllegalStateException("down");
            };
            for (int call = 0; call < 100; call++) {
                caught(() -> pipeline.call(broken));
                caught(() -> smallrye.call(broken));
            }
            resilience4j.transitionToOpenState();
            breakerOfFailsafe.open();
        }

        @Benchmark
        public Object resilience4j() {
            return refused(() -> resilience4j.executeCallable(operation));
        }

        @Benchmark
        public Object failsafe() {
            return refused(() -> failsafe.get(supplier));
        }

        @Benchmark
        public Object smallrye() {
            return refused(() -> smallrye.call(operation));
        }
    }

    /** Two threads are refused. */
    @Row("rejection by a breaker, 2 threads")
    @Threads(2)
    public static class ByBreakerTwoThreads extends ByBreaker {}

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
            return refused(() -> resilience4j.executeCallable(operation));
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
        private final FailsafeExecutor<Object> failsafe;
        private final TypedGuard<Object> smallrye =
                TypedGuard.create(Object.class).withBulkhead().limit(1).done().build();
        private final SyncTaskExecutor spring = Bulkheads.executorOfSpring(1);
        private final CheckedSupplier<Object> supplier = operation::call;
        private final TaskCallback<Object, Exception> task = operation::call;

        public ByBulkhead() {
            super(Bulkheads.KIND, Map.of("max-concurrent", "1"));
            new Ours().call().ask(policy);
            resilience4j.acquirePermission();
            dev.failsafe.Bulkhead<Object> bulkhead = dev.failsafe.Bulkhead.of(1);
            bulkhead.tryAcquirePermit();
            failsafe = Failsafe.with(bulkhead);
            staysIn(smallrye::call);
            staysIn(operation -> spring.execute((TaskCallback<Object, Exception>) operation::call));
        }

        @Benchmark
        public Object resilience4j() {
            return refused(() -> resilience4j.executeCallable(operation));
        }

        @Benchmark
        public Object failsafe() {
            return refused(() -> failsafe.get(supplier));
        }

        @Benchmark
        public Object smallrye() {
            return refused(() -> smallrye.call(operation));
        }

        @Benchmark
        public Object spring() {
            return refused(() -> spring.execute(task));
        }
    }

    /** Two threads are refused. */
    @Row("rejection by a bulkhead, 2 threads")
    @Threads(2)
    public static class ByBulkheadTwoThreads extends ByBulkhead {}

    /** Ours by any policy. */
    public abstract static class Refused extends Comparison {

        final Pipeline pipeline;
        final Policy policy;

        Refused(String kind, Map<String, String> settings) {
            pipeline = new Ours().with(kind, settings).pipeline();
            policy = pipeline.stages().get(0).policy();
        }

        @Benchmark
        public Object ours() {
            return refused(() -> pipeline.call(operation));
        }

        @Benchmark
        public Object alone(Caller caller) {
            Admission admission = caller.call.ask(policy);
            try {
                throw ((Admission.Fail) admission).cause();
            } catch (Throwable refusal) {
                return refusal;
            }
        }

        /** The refusal; fails if there is none, since then something else would be measured. */
        final Object refused(Callable<Object> call) {
            Object refusal = caught(call);
            if (refusal == answer) {
                throw new IllegalStateException("let in");
            }
            return refusal;
        }
    }

    /** A way to call an operation. */
    @FunctionalInterface
    private interface Way {
        Object call(Callable<Object> operation) throws Exception;
    }

    /** Lets a call in that never ends; for peers that have no other way to take a seat. */
    private static void staysIn(Way way) {
        CountDownLatch in = new CountDownLatch(1);
        Thread thread = new Thread(() -> Comparison.caught(() -> way.call(() -> {
            in.countDown();
            new CountDownLatch(1).await();
            return null;
        })));
        thread.setDaemon(true);
        thread.start();
        try {
            in.await();
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }
}
