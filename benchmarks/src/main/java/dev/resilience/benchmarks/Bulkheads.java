package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** A bulkhead with free seats. */
public class Bulkheads {

    static final String KIND = "bulkheads";

    /** Nobody else wants a seat. */
    @Row(value = "bulkhead, 1 thread", target = 10)
    @Threads(1)
    public static class OneThread extends Free {}

    /** Two threads take and leave seats as fast as they can. */
    @Row(value = "bulkhead, 2 threads", target = 30)
    @Threads(2)
    public static class TwoThreads extends Free {}

    /** A call of each thread. */
    @State(Scope.Thread)
    public static class Caller {
        final BareCall call = new Ours().call();
    }

    /** The same for any number of threads. */
    public abstract static class Free extends Comparison {

        private final Map<String, String> settings = Map.of("max-concurrent", "25");
        private final Pipeline pipeline = new Ours().with(KIND, settings).pipeline();
        private final Policy policy = new Ours().policy(KIND, settings);
        private final Bulkhead resilience4j = Bulkhead.of(
                "benchmark",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(25)
                        .maxWaitDuration(Duration.ZERO)
                        .build());

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Verdict alone(Caller caller) {
            return caller.call.passThrough(policy);
        }

        @Benchmark
        public Object resilience4j() throws Exception {
            return resilience4j.executeCallable(operation);
        }
    }
}
