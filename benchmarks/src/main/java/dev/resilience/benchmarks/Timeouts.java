package dev.resilience.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Timeout;
import dev.resilience.Pipeline;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A timeout that interrupts, around a plain call on the caller's thread that ends in time. */
@Row(value = "timeout around a plain call", target = 20)
public class Timeouts extends Comparison {

    static final String KIND = "timeouts";

    private final Pipeline pipeline =
            new Ours().with(KIND, Map.of("timeout", "2s")).pipeline();
    private final TypedGuard<Object> smallrye = TypedGuard.create(Object.class)
            .withTimeout()
            .duration(2, ChronoUnit.SECONDS)
            .done()
            .build();
    private final FailsafeExecutor<Object> failsafe =
            Failsafe.with(Timeout.builder(Duration.ofSeconds(2)).withInterrupt().build());

    private final dev.failsafe.function.CheckedSupplier<Object> supplier = operation::call;

    @Benchmark
    public Object ours() throws Exception {
        return pipeline.call(operation);
    }

    @Benchmark
    public Object smallrye() throws Exception {
        return smallrye.call(operation);
    }

    @Benchmark
    public Object failsafe() {
        return failsafe.get(supplier);
    }
}
