package dev.resilience.execution;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of a thread that sets its alarm and silences it, call after call, and a watchdog who looks is one in
 * which they take turns: whoever is first is believed by the other, a setting never passes for the one before it, and what an
 * alarm set off is cleaned up when its call goes on.
 */
@Tag("lincheck")
public class AlarmLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 3);
    private static final long NANOS = 10;

    private final AtomicInteger rung = new AtomicInteger();
    private final Alarm alarm = new Alarm() {
        @Override
        void ring() {
            rung.incrementAndGet();
            rang = true;
        }

        @Override
        void afterRinging() {
            rung.set(0);
        }
    };

    private long setting;
    private boolean within;
    private boolean rang;
    private long now = 1;

    /** The next call begins, if none is under way. */
    @Operation(nonParallelGroup = "call")
    public void begin() {
        if (!within) {
            setting = alarm.set(NANOS);
            within = true;
        }
    }

    /** The call ends. @return whether in time, and what its alarm has left behind: nothing */
    @Operation(nonParallelGroup = "call")
    public String end() {
        if (!within) {
            return "no call";
        }
        within = false;
        boolean inTime = alarm.silence(setting);
        return inTime + " " + rung.get();
    }

    /** The call finds its time over. */
    @Operation(nonParallelGroup = "call")
    public boolean passes() {
        if (within) {
            alarm.passNow(setting);
        }
        return within && alarm.isPassed(setting);
    }

    /** The watchdog looks, later than the last time by less than the time there is. @return whether it went off */
    @Operation(nonParallelGroup = "watchdog")
    public boolean look() {
        now += NANOS - 1;
        rang = false;
        if (alarm.look(now, () -> now) == 0) {
            alarm.pass();
        }
        return rang;
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(AlarmLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(AlarmLincheckTest.class);
    }
}
