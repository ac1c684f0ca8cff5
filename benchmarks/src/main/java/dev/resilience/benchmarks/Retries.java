package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import io.github.resilience4j.retry.Retry;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A retry whose first attempt succeeds. Ours counts the call in its budget. */
@Row(value = "retry, first attempt succeeds", target = 6)
public class Retries extends Comparison {

    static final String KIND = "retries";

    private final Ours ours = new Ours();
    private final Pipeline pipeline = ours.with(KIND, Map.of()).pipeline();
    private final Policy policy = ours.policy(KIND, Map.of());
    private final BareCall call = ours.call();
    private final Retry resilience4j = Retry.ofDefaults("benchmark");
    private final FailsafeExecutor<Object> failsafe = Failsafe.with(RetryPolicy.ofDefaults());

    private final dev.failsafe.function.CheckedSupplier<Object> supplier = operation::call;

    @Benchmark
    public Object ours() throws Exception {
        return pipeline.call(operation);
    }

    @Benchmark
    public Verdict alone() {
        return call.passThrough(policy);
    }

    @Benchmark
    public Object resilience4j() throws Exception {
        return resilience4j.executeCallable(operation);
    }

    @Benchmark
    public Object failsafe() {
        return failsafe.get(supplier);
    }
}
