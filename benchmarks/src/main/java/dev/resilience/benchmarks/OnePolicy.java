package dev.resilience.benchmarks;

import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** A row of one policy of ours that lets every call in: in a pipeline, and asked without one. */
public abstract class OnePolicy extends Comparison {

    private final Pipeline pipeline;
    private final Policy policy;

    OnePolicy(String kind, Map<String, String> settings) {
        Ours ours = new Ours();
        pipeline = ours.with(kind, settings).pipeline();
        policy = ours.policy(kind, settings);
    }

    @Benchmark
    public Object ours() throws Exception {
        return pipeline.call(operation);
    }

    @Benchmark
    public Verdict alone(Caller caller) {
        return caller.call.passThrough(policy);
    }
}
