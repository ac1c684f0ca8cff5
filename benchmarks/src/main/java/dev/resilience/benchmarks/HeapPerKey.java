package dev.resilience.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.resilience.Policy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a million limited keys occupy on the heap, without the text of the keys: retained bytes after collections. */
public final class HeapPerKey {

    private static final int KEYS = 1_000_000;
    private static final int WARM_KEYS = 100_000;
    private static final String ONE = "60/1m";
    private static final String THREE = "60/1m, 1000/1h, 10000/1d";

    private final String[] keys;

    private HeapPerKey(int count) {
        keys = new String[count];
        Arrays.setAll(keys, key -> "agent-" + key);
    }

    /** Prints a table. */
    public static void main(String[] arguments) {
        HeapPerKey heap = new HeapPerKey(KEYS);
        System.out.println("| state | bytes per key |");
        System.out.println("|---|---|");
        for (String limits : List.of(ONE, THREE)) {
            for (int calls : new int[] {1, 4, 8, 30}) {
                heap.print("ours, " + limits + ", " + calls + " recent calls", () -> heap.ours(limits, calls, 1));
            }
        }
        HeapPerKey warm = new HeapPerKey(WARM_KEYS);
        long tenMinutes = Duration.ofMinutes(10).toNanos() / WARM_KEYS;
        warm.print("ours, " + THREE + ", a call every 10 minutes for a day", () -> warm.ours(THREE, 144, tenMinutes));
        heap.print("guava in a map, one rate", () -> heap.map(key -> RateLimiter.create(60)));
        heap.print("bucket4j in a map, one bandwidth", () -> heap.map(key -> bucket(1)));
        heap.print("bucket4j in a map, three bandwidths", () -> heap.map(key -> bucket(3)));
        heap.print(
                "failsafe in a map",
                () -> heap.map(key -> dev.failsafe.RateLimiter.burstyBuilder(60, Duration.ofMinutes(1))
                        .build()));
        RateLimiterConfig config = RateLimiterConfig.ofDefaults();
        heap.print(
                "resilience4j in a map",
                () -> heap.map(key -> io.github.resilience4j.ratelimiter.RateLimiter.of(key, config)));
    }

    private Object ours(String limits, int calls, long stepNanos) {
        Ours ours = new Ours(new TurnedTicker(stepNanos));
        Policy policy = ours.policy(Limiters.KIND, Map.of("limits", limits, "max-keys", "2000000"));
        BareCall call = ours.call();
        for (int each = 0; each < calls; each++) {
            for (String key : keys) {
                call.key(key).passThrough(policy);
            }
        }
        return policy;
    }

    private static Bucket bucket(int bandwidths) {
        LocalBucketBuilder builder = Bucket.builder();
        for (int minutes = 1; minutes <= bandwidths; minutes++) {
            int span = minutes;
            builder.addLimit(limit -> limit.capacity(60L * span).refillGreedy(60L * span, Duration.ofMinutes(span)));
        }
        return builder.build();
    }

    private Object map(Function<String, Object> maker) {
        Map<String, Object> map = new ConcurrentHashMap<>();
        for (String key : keys) {
            map.put(key, maker.apply(key));
        }
        return map;
    }

    private void print(String state, Supplier<Object> maker) {
        long before = used();
        Object held = maker.get();
        long after = used();
        System.out.printf("| %s | %d |%n", state, (after - before) / keys.length);
        java.lang.ref.Reference.reachabilityFence(held);
    }

    /** What the heap holds after collections. */
    static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int collection = 0; collection < 3; collection++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
