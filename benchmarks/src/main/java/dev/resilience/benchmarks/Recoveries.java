package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A recovery that has nothing to do. None of the peers has rules of what to do about which failure. */
@Row("recovery, nothing fails")
public class Recoveries extends Comparison {

    private static final String KIND = "recoveries";
    private static final Map<String, String> RULES = Map.of("rules", "TimeoutException -> retry 2 after 500ms");

    private final Ours ours = new Ours();
    private final Pipeline pipeline = ours.with(KIND, RULES).pipeline();
    private final Policy policy = ours.policy(KIND, RULES);
    private final BareCall call = ours.call();

    @Benchmark
    public Object ours() throws Exception {
        return pipeline.call(operation);
    }

    @Benchmark
    public Verdict alone() {
        return call.passThrough(policy);
    }
}
