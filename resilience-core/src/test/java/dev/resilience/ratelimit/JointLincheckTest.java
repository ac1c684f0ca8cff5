package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.Arrays;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Decisions of two limiters, in whatever order a method names them, and of each alone are linearizable together. */
@Param(name = "cost", gen = IntGen.class, conf = "1:3")
@Tag("lincheck")
public class JointLincheckTest {

    private static final RateLimiterConfiguration CALLERS = configuration("3/1ms");
    private static final RateLimiterConfiguration OPERATION = configuration("4/1ms");

    private final ManualTime time = new ManualTime();
    private final RateLimiterPolicy callers = Neighbourhood.limiter(time, "callers", CALLERS);
    private final RateLimiterPolicy operation = Neighbourhood.limiter(time, "operation", OPERATION);

    @Operation
    public boolean both(@Param(name = "cost") int one, @Param(name = "cost") int other) {
        return new Neighbourhood(time, callers, operation)
                .ask(Arrays.asList(null, null), one, other)
                .passed();
    }

    @Operation
    public boolean bothInTheOtherOrder(@Param(name = "cost") int one, @Param(name = "cost") int other) {
        return new Neighbourhood(time, operation, callers)
                .ask(Arrays.asList(null, null), one, other)
                .passed();
    }

    @Operation
    public boolean oneAlone(@Param(name = "cost") int cost) {
        FakeCall call = new FakeCall(time).cost(cost);
        return callers.admit(call) instanceof Admission.Proceed;
    }

    @Operation
    public long remaining() {
        return operation.usage(null, null).tightest().remaining();
    }

    @Tag("long")
    @Test
    void decisionsAreLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(4)
                .invocationsPerIteration(60)
                .check(JointLincheckTest.class);
    }

    private static RateLimiterConfiguration configuration(String limits) {
        return Configurations.of(RateLimiterConfiguration.class, Map.of("limits", limits, "max-keys", "1"));
    }
}
