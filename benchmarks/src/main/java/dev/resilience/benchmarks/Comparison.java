package dev.resilience.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The conditions that all rows share, so that figures can be compared within a run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
public abstract class Comparison {

    /** What the guarded operation gives; a field, so that nothing is folded away. */
    protected Object answer = new Object();

    /** The guarded operation, made once, as each library wants it. */
    protected final Callable<Object> operation = () -> answer;

    /** The answer of the call, or what it failed with. */
    static Object caught(Callable<Object> call) {
        try {
            return call.call();
        } catch (Exception failure) {
            return failure;
        }
    }
}
