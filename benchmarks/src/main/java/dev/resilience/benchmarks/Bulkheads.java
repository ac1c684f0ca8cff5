package dev.resilience.benchmarks;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskCallback;

/** A bulkhead with free seats. */
public class Bulkheads {

    static final String KIND = "bulkheads";

    private static final int SEATS = 25;
    private static final int MOST_SEATS = 200;

    /** Spring's throttle without annotations: it refuses at once, as the others do. */
    static SyncTaskExecutor executorOfSpring(int seats) {
        SyncTaskExecutor executor = new SyncTaskExecutor();
        executor.setConcurrencyLimit(seats);
        executor.setRejectTasksWhenLimitReached(true);
        return executor;
    }

    static Limiter<Void> limiterOfNetflix(Limit limit) {
        return SimpleLimiter.newBuilder().limit(limit).build();
    }

    /** A call through a limiter of Netflix, which leaves it to its callers to tell it how the call ended. */
    static Object call(Limiter<Void> limiter, Callable<Object> operation) throws Exception {
        Limiter.Listener listener = limiter.acquire(null).orElseThrow(NoSeat::new);
        Object answer;
        try {
            answer = operation.call();
        } catch (Exception failure) {
            listener.onIgnore();
            throw failure;
        }
        listener.onSuccess();
        return answer;
    }

    /** A fixed number of seats; nobody else wants one. */
    @Row(value = "bulkhead, 1 thread", target = 10)
    public static class OneThread extends Fixed {}

    /** Two threads take and leave seats as fast as they can. */
    @Row(value = "bulkhead, 2 threads", target = 30)
    @Threads(2)
    public static class TwoThreads extends Fixed {}

    /** The number of seats follows whether calls end well. */
    @Row("bulkhead, adaptive (AIMD)")
    public static class Aimd extends Adaptive {

        private final Limiter<Void> netflix = limiterOfNetflix(
                AIMDLimit.newBuilder().initialLimit(SEATS).maxLimit(MOST_SEATS).build());

        public Aimd() {
            super("aimd");
        }

        @Benchmark
        public Object netflix() throws Exception {
            return call(netflix, operation);
        }
    }

    /** Two threads share it. */
    @Row("bulkhead, adaptive (AIMD), 2 threads")
    @Threads(2)
    public static class AimdTwoThreads extends Aimd {}

    /** The number of seats follows how long calls take. */
    @Row("bulkhead, adaptive (gradient)")
    public static class Gradient extends Adaptive {

        private final Limiter<Void> gradient2 = limiterOfNetflix(Gradient2Limit.newBuilder()
                .initialLimit(SEATS)
                .maxConcurrency(MOST_SEATS)
                .build());
        private final Limiter<Void> vegas = limiterOfNetflix(VegasLimit.newBuilder()
                .initialLimit(SEATS)
                .maxConcurrency(MOST_SEATS)
                .build());

        public Gradient() {
            super("gradient");
        }

        @Benchmark
        public Object netflixGradient2() throws Exception {
            return call(gradient2, operation);
        }

        @Benchmark
        public Object netflixVegas() throws Exception {
            return call(vegas, operation);
        }
    }

    /** Two threads share it. */
    @Row("bulkhead, adaptive (gradient), 2 threads")
    @Threads(2)
    public static class GradientTwoThreads extends Gradient {}

    /** A fixed number of seats, for any number of threads. */
    public abstract static class Fixed extends OnePolicy {

        private final Bulkhead resilience4j = Bulkhead.of(
                "benchmark",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(SEATS)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        private final FailsafeExecutor<Object> failsafe = Failsafe.with(dev.failsafe.Bulkhead.of(SEATS));
        private final TypedGuard<Object> smallrye = TypedGuard.create(Object.class)
                .withBulkhead()
                .limit(SEATS)
                .done()
                .build();
        private final SyncTaskExecutor spring = executorOfSpring(SEATS);
        private final Limiter<Void> netflix = limiterOfNetflix(FixedLimit.of(SEATS));

        private final CheckedSupplier<Object> supplier = operation::call;
        private final TaskCallback<Object, Exception> task = operation::call;

        Fixed() {
            super(KIND, Map.of("max-concurrent", String.valueOf(SEATS)));
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.executeCallable(operation);
        }

        @Benchmark
        public Object failsafe() {
            return failsafe.get(supplier);
        }

        @Benchmark
        public Object smallrye() throws Exception {
            return smallrye.call(operation);
        }

        @Benchmark
        public @Nullable Object spring() throws Exception {
            return spring.execute(task);
        }

        @Benchmark
        public Object netflix() throws Exception {
            return call(netflix, operation);
        }
    }

    /** A number of seats that follows the calls. */
    public abstract static class Adaptive extends OnePolicy {
        Adaptive(String algorithm) {
            super(KIND, Map.of("adaptive", algorithm, "max-concurrent", String.valueOf(MOST_SEATS)));
        }
    }

    /** What a caller of Netflix' limiters would throw. It costs as little as an exception can. */
    private static final class NoSeat extends RejectedExecutionException {

        private static final long serialVersionUID = 1L;

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
