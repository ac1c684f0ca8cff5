package dev.resilience.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A limit per key that permits every call. Ours is a strict sliding window and forgets idle keys; the peers fill token
 * buckets, one per key in a map that only grows.
 */
public class KeyedLimiters {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Few keys: their state stays in the caches of the processor. */
    @Row(value = "limiter, 10 000 keys uniform", target = 40)
    public static class TenThousand extends Keyed {
        public TenThousand() {
            super(Keys.uniform(10_000));
        }
    }

    /** Many keys, of which a few make most of the calls. */
    @Row(value = "limiter, 1 M keys zipf", target = 100)
    public static class MillionZipf extends Keyed {
        public MillionZipf() {
            super(Keys.zipf(1_000_000));
        }
    }

    /** Many keys, and every call misses the caches of the processor. */
    @Row(value = "limiter, 1 M keys uniform", target = 200)
    public static class MillionUniform extends Keyed {
        public MillionUniform() {
            super(Keys.uniform(1_000_000));
        }
    }

    /** The same for any keys. */
    public abstract static class Keyed extends Comparison {

        private final Keys keys;
        private final Body body = operation::call;

        Keyed(Keys keys) {
            this.keys = keys;
        }

        @Benchmark
        public Object ours(Ourselves ourselves) throws Throwable {
            return ourselves.pipeline.invoke(CallShape.BLOCKING, new Object[] {keys.next()}, body);
        }

        @Benchmark
        public Verdict alone(Ourselves ourselves) {
            return ourselves.call.key(keys.next()).passThrough(ourselves.policy);
        }

        @Benchmark
        public boolean guava(Peers peers) {
            return peers.guava.apply(keys.next()).tryAcquire();
        }

        @Benchmark
        public boolean failsafe(Peers peers) {
            return peers.failsafe.apply(keys.next()).tryAcquirePermit();
        }

        @Benchmark
        public boolean bucket4j(Peers peers) {
            return peers.bucket4j.apply(keys.next()).tryConsume(1);
        }
    }

    /** Ours. */
    @State(Scope.Benchmark)
    public static class Ourselves {

        private Pipeline pipeline;
        private Policy policy;
        private BareCall call;

        @Setup
        public void begin() {
            Map<String, String> settings = Map.of("limits", Limiters.PLENTY + "/1m", "max-keys", "2000000");
            Ours ours = new Ours();
            pipeline = ours.keyed(Limiters.KIND, settings).pipeline();
            policy = ours.policy(Limiters.KIND, settings);
            call = ours.call();
        }
    }

    /** A map per peer, filled as keys come. */
    @State(Scope.Benchmark)
    public static class Peers {

        private final Function<String, RateLimiter> guava =
                Keys.inMap(key -> RateLimiter.create(Limiters.PLENTY / 60.0));
        private final Function<String, dev.failsafe.RateLimiter<Object>> failsafe = Keys.inMap(key ->
                dev.failsafe.RateLimiter.burstyBuilder(Limiters.PLENTY, MINUTE).build());
        private final Function<String, Bucket> bucket4j = Keys.inMap(Peers::bucket);

        private static Bucket bucket(String key) {
            Bandwidth bandwidth = Bandwidth.builder()
                    .capacity(Limiters.PLENTY)
                    .refillGreedy(Limiters.PLENTY, MINUTE)
                    .build();
            return Bucket.builder().addLimit(bandwidth).build();
        }
    }
}
