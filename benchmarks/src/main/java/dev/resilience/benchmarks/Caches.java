package dev.resilience.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** A hit on an entry that expires, in a cache of a thousand entries. */
@Row(value = "cache hit with expiry", target = 26)
public class Caches extends Comparison {

    static final String KIND = "caches";
    private static final int ENTRIES = 1024;

    private final Object[][] arguments = new Object[ENTRIES][];
    private final Map<String, String> settings = Map.of("ttl", "1h", "ttl-jitter", "0");
    private final Ours ours = new Ours();
    private final Pipeline pipeline = ours.keyed(KIND, settings).pipeline();
    private final Body body = operation::call;
    private final Cache<Object, Object> caffeine = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();
    private int next;

    @Setup
    public void fill() throws Throwable {
        for (int entry = 0; entry < ENTRIES; entry++) {
            arguments[entry] = new Object[] {"agent-" + entry};
            pipeline.invoke(CallShape.BLOCKING, arguments[entry], body);
            caffeine.put(arguments[entry][0], answer);
        }
    }

    private Object[] nextArguments() {
        return arguments[next++ & ENTRIES - 1];
    }

    @Benchmark
    public Object ours() throws Throwable {
        return pipeline.invoke(CallShape.BLOCKING, nextArguments(), body);
    }

    @Benchmark
    public Object caffeine() {
        return caffeine.get(nextArguments()[0], key -> answer);
    }
}
