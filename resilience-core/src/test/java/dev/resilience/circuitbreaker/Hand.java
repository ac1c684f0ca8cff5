package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.circuitbreaker.Pass.Counted;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.circuitbreaker.State.Open;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/** One of many that do anything to a circuit at any time: calls that come, go and get lost, alarms, and orders. */
final class Hand {

    /** Nobody acts later. */
    static final long LAST = 3_600_000_000_000L;

    private final Circuit circuit;
    private final Random random;
    private final Deque<Pass> passes = new ArrayDeque<>();

    Hand(Circuit circuit, long seed) {
        this.circuit = circuit;
        this.random = new Random(seed);
    }

    void act(int times) {
        for (int time = 0; time < times; time++) {
            act(random.nextLong(LAST));
        }
    }

    private void act(long now) {
        switch (random.nextInt(12)) {
            case 0 -> circuit.forceOpen(now);
            case 1 -> circuit.disable(now);
            case 2, 3 -> circuit.close(now);
            case 4 -> ring(now);
            case 5, 6, 7, 8 -> passes.add(circuit.admit(now, now));
            default -> leave(now);
        }
    }

    private void ring(long now) {
        if (circuit.state() instanceof Open open) {
            circuit.wake(open, now);
        }
    }

    private void leave(long now) {
        Pass pass = passes.poll();
        if (pass instanceof Probe probe) {
            circuit.conclude(probe, Finding.values()[random.nextInt(3)], now, Circuit.UNASKED);
        } else if (pass instanceof Counted counted) {
            String reason = circuit.count(counted, random.nextBoolean(), false, now);
            if (reason != null) {
                circuit.open(counted, reason, now, Circuit.UNASKED);
            }
        }
    }
}
