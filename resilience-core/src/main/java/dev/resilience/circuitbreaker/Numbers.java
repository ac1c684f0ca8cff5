package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.State.Counting;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.circuitbreaker.State.Ramping;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a circuit by name. All of them are there in every state, so that a gauge has something to show. */
final class Numbers {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Numbers() {}

    static Map<String, Number> of(State state, long now, long tick) {
        WindowCounts tally =
                state instanceof Counting counting ? counting.pass().window().tally(tick) : WindowCounts.NONE;
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("calls-in-window", tally.calls());
        numbers.put("failures", tally.failures());
        numbers.put("failure-rate", tally.failureRate());
        numbers.put("slow-calls", tally.slow());
        numbers.put("slow-call-rate", tally.slowRate());
        numbers.put("remaining-open-millis", remainingOpenMillis(state, now));
        putProbes(numbers, state, now);
        numbers.put("ramp-percent", rampPercent(state, now));
        return numbers;
    }

    /** Rounded up: zero says that the wait is over. */
    private static long remainingOpenMillis(State state, long now) {
        if (!(state instanceof Open open)) {
            return 0;
        }
        long remaining = Math.max(0, open.end() - now);
        return (remaining + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /** Leases that are over have failed, though the next call will be the first to act on it. */
    private static void putProbes(Map<String, Number> numbers, State state, long now) {
        Probes probes = state instanceof HalfOpen halfOpen ? halfOpen.probes().at(now) : Probes.none(0, 0);
        numbers.put("probes-in-flight", probes.running().size());
        numbers.put("probes-succeeded", probes.succeeded());
        numbers.put("probes-failed", probes.failed());
    }

    private static double rampPercent(State state, long now) {
        if (state instanceof Ramping ramping) {
            return ramping.ramp().percent(now);
        }
        return switch (state.state()) {
            case CLOSED, DISABLED -> 100;
            case OPEN, HALF_OPEN, FORCED_OPEN -> 0;
        };
    }
}
