package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Calls that would get a second try after two seconds and don't need one. None of the peers hedges; {@code jdk} is what a
 * careful hand would write.
 */
public class Hedges {

    private static final Map<String, String> AFTER_TWO_SECONDS = Map.of("hedge-after", "2s");

    /** A plain call, which is made on another thread, because its caller has to be free for the answer of the second try. */
    @Row("retry that hedges a plain call, first try answers")
    public static class Plain extends Comparison {

        private final Pipeline pipeline =
                new Ours().with(Retries.KIND, AFTER_TWO_SECONDS).pipeline();
        private final ExecutorService threads = Timeouts.threads();

        @Benchmark
        public Object ours() throws Exception {
            return pipeline.call(operation);
        }

        @Benchmark
        public Object jdk() throws Exception {
            CompletionService<Object> tries = new ExecutorCompletionService<>(threads);
            tries.submit(operation);
            Future<Object> first = tries.poll(2, TimeUnit.SECONDS);
            if (first == null) {
                tries.submit(operation);
                first = tries.take();
            }
            return first.get();
        }

        @TearDown
        public void close() {
            threads.shutdownNow();
        }
    }

    /** A stage that is complete when it is given. */
    @Row("retry that hedges a complete stage")
    public static class Stage extends Comparison {

        private final CompletableFuture<Object> complete = CompletableFuture.completedFuture(answer);
        private final Pipeline pipeline =
                new Ours().with(Retries.KIND, AFTER_TWO_SECONDS).pipeline();

        @Benchmark
        public Object ours() {
            return pipeline.callAsync(() -> complete).join();
        }
    }
}
