package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Timeout;
import dev.failsafe.function.CheckedSupplier;
import dev.resilience.Pipeline;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Calls that end in time. */
public class Timeouts {

    static final String KIND = "timeouts";

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** A timeout that interrupts, around a plain call on the caller's thread. Resilience4j has none for plain calls. */
    @Row(value = "timeout around a plain call", target = 20)
    public static class Plain extends Comparison {

        private final Pipeline pipeline =
                new Ours().with(KIND, Map.of("timeout", "2s")).pipeline();
        private final TypedGuard<Object> smallrye = TypedGuard.create(Object.class)
                .withTimeout()
                .duration(2, ChronoUnit.SECONDS)
                .done()
                .build();
        private final FailsafeExecutor<Object> failsafe =
                Failsafe.with(Timeout.builder(TIMEOUT).withInterrupt().build());

        private final CheckedSupplier<Object> supplier = operation::call;

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.call(operation);
        }

        @Benchmark
        public Object failsafe() {
            return failsafe.get(supplier);
        }
    }

    /** Two threads share it. */
    @Row("timeout around a plain call, 2 threads")
    @Threads(2)
    public static class PlainTwoThreads extends Plain {}

    /** A timeout around a stage that is complete when it is given. */
    @Row("timeout around a complete stage")
    public static class Stage extends Comparison {

        private final CompletableFuture<Object> complete = CompletableFuture.completedFuture(answer);
        private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

        private final Pipeline pipeline =
                new Ours().with(KIND, Map.of("timeout", "2s")).pipeline();
        private final TimeLimiter resilience4j = TimeLimiter.of(TIMEOUT);
        private final TypedGuard<CompletionStage<Object>> smallrye =
                stages().withTimeout().duration(2, ChronoUnit.SECONDS).done().build();

        @Benchmark
        public Object ours() {
            return pipeline.callAsync(() -> complete).join();
        }

        @Benchmark
        public Object resilience4j() {
            return resilience4j
                    .executeCompletionStage(scheduler, () -> complete)
                    .toCompletableFuture()
                    .join();
        }

        @Benchmark
        public Object smallrye() {
            return smallrye.get(() -> complete).toCompletableFuture().join();
        }

        @TearDown
        public void close() {
            scheduler.shutdownNow();
        }
    }

    /**
     * A plain call on another thread, which its caller waits for and can leave: on virtual threads where the JVM has them.
     * The peers are given an executor and asked to wait; {@code jdk} is what a careful hand would write.
     */
    @Row("timeout with a thread of its own")
    public static class Isolated extends Comparison {

        private final ExecutorService threads = threads();

        private final Pipeline pipeline = new Ours()
                .with(KIND, Map.of("timeout", "2s", "isolation", "thread"))
                .pipeline();
        private final TimeLimiter resilience4j = TimeLimiter.of(TIMEOUT);
        private final TypedGuard<CompletionStage<Object>> smallrye = stages().withThreadOffload(true)
                .withThreadOffloadExecutor(threads)
                .withTimeout()
                .duration(2, ChronoUnit.SECONDS)
                .done()
                .build();
        private final FailsafeExecutor<Object> failsafe =
                Failsafe.with(Timeout.builder(TIMEOUT).withInterrupt().build()).with(threads);

        private final CheckedSupplier<Object> supplier = operation::call;

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Object jdk() throws Exception {
            return threads.submit(operation).get(2, TimeUnit.SECONDS);
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.executeFutureSupplier(() -> threads.submit(operation));
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.get(() -> CompletableFuture.completedFuture(answer))
                    .toCompletableFuture()
                    .get();
        }

        @Benchmark
        public Object failsafe() throws Exception {
            return failsafe.getAsync(supplier).get();
        }

        @TearDown
        public void close() {
            threads.shutdownNow();
        }
    }

    private static TypedGuard.Builder<CompletionStage<Object>> stages() {
        return TypedGuard.create(new TypeLiteral<CompletionStage<Object>>() {});
    }

    /** A virtual thread for each task, where the JVM has them. */
    static ExecutorService threads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException before21) {
            return Executors.newCachedThreadPool();
        }
    }
}
