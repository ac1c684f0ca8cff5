package dev.resilience.circuitbreaker;

import dev.resilience.Snapshot;
import dev.resilience.circuitbreaker.State.Closed;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Open;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a breaker by name. All of them are there in every state, so that a gauge has something to show. */
final class Numbers {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Numbers() {}

    static Snapshot of(State state, long openings, long brokenRules, long now, long tick) {
        WindowCounts tally =
                state instanceof Closed closed ? closed.pass().window().tally(tick) : WindowCounts.NONE;
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("calls-in-window", tally.calls());
        numbers.put("failures", tally.failures());
        numbers.put("failure-rate", tally.failureRate());
        numbers.put("slow-calls", tally.slow());
        numbers.put("slow-call-rate", tally.slowRate());
        numbers.put("opens", openings);
        numbers.put("remaining-open-millis", remainingOpenMillis(state, now));
        putProbes(numbers, state);
        numbers.put("broken-rules", brokenRules);
        return new Snapshot(state.state().name(), numbers);
    }

    /** Rounded up: zero says that the wait is over. */
    private static long remainingOpenMillis(State state, long now) {
        if (!(state instanceof Open open)) {
            return 0;
        }
        long remaining = Math.max(0, open.end() - now);
        return (remaining + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    private static void putProbes(Map<String, Number> numbers, State state) {
        Probes probes = state instanceof HalfOpen halfOpen ? halfOpen.probes() : Probes.none(0, 0);
        numbers.put("probes-in-flight", probes.running().size());
        numbers.put("probes-succeeded", probes.succeeded());
        numbers.put("probes-failed", probes.failed());
    }
}
