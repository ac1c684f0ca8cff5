package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.github.resilience4j.retry.Retry;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A retry whose first attempt succeeds. Ours counts the call in its budget. */
@Row(value = "retry, first attempt succeeds", target = 6)
public class Retries extends OnePolicy {

    static final String KIND = "retries";

    private final Retry resilience4j = Retry.ofDefaults("benchmark");
    private final FailsafeExecutor<Object> failsafe = Failsafe.with(RetryPolicy.ofDefaults());

    private final dev.failsafe.function.CheckedSupplier<Object> supplier = operation::call;

    public Retries() {
        super(KIND, Map.of());
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
