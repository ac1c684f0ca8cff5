package dev.resilience.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/**
 * A limiter that permits every call. Ours are strict sliding windows; the peers count fixed cycles or fill token
 * buckets, which is less work and lets up to twice the limit pass within a window.
 */
public class Limiters {

    static final String KIND = "rate-limiters";
    static final long PLENTY = 1_000_000_000;

    /** A limit that nobody reaches: a window of 60 slots. */
    @Row(value = "limiter permitted, 1 000 000 000/1s (slots)", target = 12)
    public static class Slots extends OnePolicy {

        private final io.github.resilience4j.ratelimiter.RateLimiter resilience4j =
                io.github.resilience4j.ratelimiter.RateLimiter.of(
                        "benchmark",
                        RateLimiterConfig.custom()
                                .limitForPeriod((int) PLENTY)
                                .limitRefreshPeriod(Duration.ofSeconds(1))
                                .timeoutDuration(Duration.ZERO)
                                .build());
        private final Bucket bucket4j = Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(PLENTY)
                        .refillGreedy(PLENTY, Duration.ofSeconds(1))
                        .build())
                .build();
        private final RateLimiter guava = RateLimiter.create(PLENTY);
        private final dev.failsafe.RateLimiter<Object> failsafe = dev.failsafe.RateLimiter.burstyBuilder(
                        PLENTY, Duration.ofSeconds(1))
                .build();

        public Slots() {
            super(KIND, Map.of("limits", PLENTY + "/1s"));
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.executeCallable(operation);
        }

        @Benchmark
        public boolean bucket4j() {
            return bucket4j.tryConsume(1);
        }

        @Benchmark
        public boolean guava() {
            return guava.tryAcquire();
        }

        @Benchmark
        public boolean failsafe() {
            return failsafe.tryAcquirePermit();
        }
    }

    /** Each of the last permits is remembered; a call every 40 ms keeps half of them in use. */
    @Row(value = "limiter permitted, 50/1s (exact log, 25 in use)", target = 34)
    public static class ExactLog extends Turned {
        public ExactLog() {
            super("50/1s", 40_000_000);
        }
    }

    /** A limit that is cut into slots; a call every 2 ms keeps half of the permits in use. */
    @Row(value = "limiter permitted, 1000/1s (slots, 500 in use)", target = 34)
    public static class HalfUsedSlots extends Turned {
        public HalfUsedSlots() {
            super("1000/1s", 2_000_000);
        }
    }

    /** Three windows that decide together; the longest is nearly used up. */
    @Row(value = "limiter permitted, 60/1m + 1000/1h + 10000/1d", target = 100)
    public static class ThreeWindows extends Turned {

        private final Bucket bucket4j = Bucket.builder()
                .addLimit(limit -> limit.capacity(PLENTY).refillGreedy(PLENTY, Duration.ofMinutes(1)))
                .addLimit(limit -> limit.capacity(100 * PLENTY).refillGreedy(100 * PLENTY, Duration.ofHours(1)))
                .addLimit(limit -> limit.capacity(1000 * PLENTY).refillGreedy(1000 * PLENTY, Duration.ofDays(1)))
                .build();

        public ThreeWindows() {
            super("60/1m, 1000/1h, 10000/1d", 9_000_000_000L);
        }

        @Benchmark
        public boolean bucket4j() {
            return bucket4j.tryConsume(1);
        }
    }

    /** Ours by a clock that is turned on by a step per call; begun anew each iteration, lest time runs out. */
    public abstract static class Turned extends Comparison {

        private final String limits;
        private final long stepNanos;
        private Pipeline pipeline;
        private Policy policy;
        private BareCall call;

        Turned(String limits, long stepNanos) {
            this.limits = limits;
            this.stepNanos = stepNanos;
        }

        @Setup(Level.Iteration)
        public void begin() {
            Map<String, String> settings = Map.of("limits", limits);
            Ours ours = new Ours(new TurnedTicker(stepNanos));
            pipeline = ours.with(KIND, settings).pipeline();
            policy = ours.policy(KIND, settings);
            call = ours.call();
        }

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Verdict alone() {
            return call.passThrough(policy);
        }
    }
}
