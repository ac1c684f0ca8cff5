package dev.resilience.execution;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the interleaving, a sum is that of calls counted one by one; also while threads make room for more counters. */
@Tag("lincheck")
public class CallCounterLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final int FULL = 16;

    private final ThreadCounts counts = new ThreadCounts(ThreadLocal.withInitial(ThreadCell::empty)::get);
    private final CallCounter first = new CallCounter(counts);
    private final CallCounter last = last();

    /** One that no thread has room for at once. */
    private CallCounter last() {
        for (int each = 1; each < FULL; each++) {
            counts.nextPlace();
        }
        return new CallCounter(counts);
    }

    @Operation
    public void increment() {
        first.increment();
    }

    @Operation
    public void incrementLast() {
        last.increment();
    }

    @Operation
    public long sum() {
        return first.sum();
    }

    @Operation
    public long sumOfLast() {
        return last.sum();
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(CallCounterLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .check(CallCounterLincheckTest.class);
    }
}
