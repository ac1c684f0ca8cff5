package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Decisions of two limiters, in whatever order a method names them, and of each alone are linearizable together. */
@Param(name = "cost", gen = IntGen.class, conf = "1:3")
public class JointLincheckTest {

    private final ManualTime time = new ManualTime();
    private final RateLimiterPolicy callers = Neighbourhood.limiter(time, "callers", Map.of("limits", "3/1ms"));
    private final RateLimiterPolicy operation = Neighbourhood.limiter(time, "operation", Map.of("limits", "4/1ms"));

    @Operation
    public boolean both(@Param(name = "cost") int one, @Param(name = "cost") int other) {
        return new Neighbourhood(time, callers, operation)
                .ask(List.of("anna", "all"), one, other)
                .passed();
    }

    @Operation
    public boolean bothInTheOtherOrder(@Param(name = "cost") int one, @Param(name = "cost") int other) {
        return new Neighbourhood(time, operation, callers)
                .ask(List.of("all", "anna"), one, other)
                .passed();
    }

    @Operation
    public boolean oneAlone(@Param(name = "cost") int cost) {
        FakeCall call = new FakeCall(time).key("anna").cost(cost);
        return callers.admit(call) instanceof Admission.Proceed;
    }

    @Operation
    public long remaining() {
        return operation.usage("all", null).tightest().remaining();
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
                .check(JointLincheckTest.class);
    }
}
