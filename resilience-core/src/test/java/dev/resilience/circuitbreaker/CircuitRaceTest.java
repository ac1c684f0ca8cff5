package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads, and the alarm, find the open wait over at once, again and again. */
class CircuitRaceTest {

    private static final int PROBES = 3;
    private static final long LONGER_THAN_ANY_WAIT = 3_600_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger openings = new AtomicInteger();
    private final AtomicInteger halfOpenings = new AtomicInteger();
    private final Queue<Probe> probes = new ConcurrentLinkedQueue<>();
    private final List<Integer> wrong = new ArrayList<>();
    private final Circuit circuit = new Circuit(
            Settings.of(Configurations.of(CircuitBreakerConfiguration.class, Map.of("consecutive-failures", "1"))),
            new ManualTime(0).time(),
            this::count);

    private void count(CircuitBreakerState from, CircuitBreakerState to, String reason) {
        openings.addAndGet(to == CircuitBreakerState.OPEN ? 1 : 0);
        halfOpenings.addAndGet(to == CircuitBreakerState.HALF_OPEN ? 1 : 0);
    }

    @Test
    void exactlyKProbesPassInEveryHalfOpenSwitch() throws InterruptedException {
        exactlyKProbesPass(20_000, 4);
    }

    @Test
    @Tag("long")
    void exactlyKProbesPassInEachOfAHundredThousandSwitchesUnderSixtyFourThreads() throws InterruptedException {
        exactlyKProbesPass(100_000, 64);
    }

    private void exactlyKProbesPass(int switches, int crowd) throws InterruptedException {
        open();
        Turnstile turnstile = new Turnstile(crowd, this::nextSwitch);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            boolean alarm = i == 0;
            threads.add(new Thread(() -> probeAtEverySwitch(switches, alarm, turnstile)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong).isEmpty();
        assertThat(openings).hasValue(switches + 1);
        assertThat(halfOpenings).hasValue(switches);
    }

    private void open() {
        Pass.Counted pass = (Pass.Counted) circuit.admit(0, 0);
        circuit.open(pass, circuit.count(pass, true, false, 0), 0, Circuit.UNASKED);
        now.set(LONGER_THAN_ANY_WAIT);
    }

    private void probeAtEverySwitch(int switches, boolean alarm, Turnstile turnstile) {
        for (int i = 0; i < switches; i++) {
            if (alarm && circuit.state() instanceof Open open) {
                circuit.wake(open, now.get());
            }
            for (int attempt = 0; attempt < PROBES; attempt++) {
                if (circuit.admit(now.get(), now.get()) instanceof Probe probe) {
                    probes.add(probe);
                }
            }
            turnstile.pass();
        }
    }

    /** Runs while everybody else waits at the turnstile: the probes are back, all of them in vain. */
    private void nextSwitch() {
        if (probes.size() != PROBES) {
            wrong.add(probes.size());
        }
        probes.forEach(probe -> circuit.conclude(probe, Finding.BAD, now.get(), Circuit.UNASKED));
        probes.clear();
        now.addAndGet(LONGER_THAN_ANY_WAIT);
    }

    /** Lets nobody through before all have come; those that have a processor then go on within nanoseconds of each other. */
    private static final class Turnstile {
        private final int crowd;
        private final Runnable whenAllHaveCome;
        private final AtomicInteger waiting = new AtomicInteger();
        private volatile int turns;

        private Turnstile(int crowd, Runnable whenAllHaveCome) {
            this.crowd = crowd;
            this.whenAllHaveCome = whenAllHaveCome;
        }

        private void pass() {
            int turn = turns;
            if (waiting.incrementAndGet() == crowd) {
                waiting.set(0);
                whenAllHaveCome.run();
                turns = turn + 1;
            }
            while (turns == turn) {
                Thread.yield();
            }
        }
    }

    /**
     * Everybody does anything at any time, and some never come back. Afterwards the breaker closes within one wait and one
     * lease: nothing that happened has left it stuck.
     */
    @Test
    void isNeverStuckWhateverHappensAtOnce() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            Circuit hammered = new Circuit(hammeredSettings(), new ManualTime(0).time(), this::count);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                long seed = 6L * round + i;
                threads.add(new Thread(() -> new Hand(hammered, seed).act(100)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(closesByItself(hammered))
                    .as("round %d ends %s", round, hammered.state())
                    .isTrue();
        }
    }

    private static Settings hammeredSettings() {
        return Settings.of(Configurations.of(
                CircuitBreakerConfiguration.class,
                Map.of(
                        "consecutive-failures", "2",
                        "success-threshold", "2",
                        "ramp", "1m",
                        "automatic-half-open", "true")));
    }

    private static boolean closesByItself(Circuit circuit) {
        long later = Hand.LAST;
        if (circuit.state() instanceof State.Ordered) {
            circuit.close(later);
        }
        for (int call = 0; call < 20; call++) {
            later += LONGER_THAN_ANY_WAIT;
            if (circuit.admit(later, later) instanceof Probe probe) {
                circuit.conclude(probe, Finding.GOOD, later, Circuit.UNASKED);
            }
        }
        return circuit.passIfClosed() != null;
    }
}
