package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;

/** What the parts cost that every library pays for on this machine, and a pipeline without a policy. No row of its own. */
public class Prices extends Comparison {

    private final AtomicLong word = new AtomicLong();
    private final LongAdder adder = new LongAdder();
    private final Pipeline empty = new Ours().pipeline();

    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    @Benchmark
    public boolean compareAndSwap() {
        long seen = word.get();
        return word.compareAndSet(seen, seen + 1);
    }

    @Benchmark
    public void adder() {
        adder.increment();
    }

    @Benchmark
    public Object emptyPipeline() throws Exception {
        return empty.call(operation);
    }
}
