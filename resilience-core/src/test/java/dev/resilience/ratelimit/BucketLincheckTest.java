package dev.resilience.ratelimit;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Decisions behind the gate are linearizable: each answers as if it were alone.
 *
 * <p>All calls come at one time, because a time that a thread read earlier is moved on by the gate, which is an answer
 * of its own.
 */
@Param(name = "cost", gen = IntGen.class, conf = "1:3")
@Param(name = "wait", gen = IntGen.class, conf = "0:2")
@Tag("lincheck")
public class BucketLincheckTest {

    private static final long MILLISECOND = 1_000_000;

    private final Engines engines = new Engines(Moments.timeline());
    private final Engine engine = engines.of(Limits.parse("3/1ms, 5/3ms"));
    private final Bucket bucket = Bucket.alone(engines);

    @Operation
    public long charge(@Param(name = "cost") int cost, @Param(name = "wait") int wait) {
        return bucket.charge(engine, Moments.at(1), cost, wait * MILLISECOND);
    }

    @Operation
    public void refund(@Param(name = "cost") int cost) {
        bucket.refund(1, cost);
    }

    @Operation
    public long remaining() {
        return bucket.usage(engine, 1).tightest().remaining();
    }

    @Test
    void decisionsAreLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(4)
                .invocationsPerIteration(60)
                .check(BucketLincheckTest.class);
    }
}
