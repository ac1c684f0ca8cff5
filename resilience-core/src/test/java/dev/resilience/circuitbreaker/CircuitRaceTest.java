package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many threads find the open wait over at once, again and again. */
class CircuitRaceTest {

    private static final int SWITCHES = Integer.getInteger("resilience.proof.switches", 10_000);
    private static final int THREADS = Integer.getInteger("resilience.proof.threads", 8);
    private static final int PROBES = 3;
    private static final long LONGER_THAN_ANY_WAIT = 3_600_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger openings = new AtomicInteger();
    private final Queue<Probe> probes = new ConcurrentLinkedQueue<>();
    private final List<Integer> wrong = new ArrayList<>();
    private final Circuit circuit = new Circuit(
            Settings.of(Configurations.of(CircuitBreakerConfiguration.class, Map.of("consecutive-failures", "1"))),
            new ManualTime(0).time(),
            (from, to, reason) -> openings.addAndGet(to == CircuitBreakerState.OPEN ? 1 : 0));

    @Test
    void exactlyKProbesPassInEveryHalfOpenSwitch() throws InterruptedException {
        open();
        CyclicBarrier barrier = new CyclicBarrier(THREADS, this::nextSwitch);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> probeAtEverySwitch(barrier)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong).isEmpty();
        assertThat(openings).hasValue(SWITCHES + 1);
    }

    private void open() {
        Pass.Counted pass = (Pass.Counted) circuit.admit(0, 0);
        circuit.open(pass, circuit.count(pass, true, false, 0), 0, Circuit.UNASKED);
        now.set(LONGER_THAN_ANY_WAIT);
    }

    private void probeAtEverySwitch(CyclicBarrier barrier) {
        for (int i = 0; i < SWITCHES; i++) {
            for (int attempt = 0; attempt < PROBES; attempt++) {
                if (circuit.admit(now.get(), now.get()) instanceof Probe probe) {
                    probes.add(probe);
                }
            }
            await(barrier);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Runs while every thread rests at the barrier: the probes are back, one of them in vain. */
    private void nextSwitch() {
        if (probes.size() != PROBES) {
            wrong.add(probes.size());
        }
        probes.forEach(probe -> circuit.conclude(probe, Finding.BAD, now.get(), Circuit.UNASKED));
        probes.clear();
        now.addAndGet(LONGER_THAN_ANY_WAIT);
    }
}
