package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Pulse;
import dev.resilience.time.Time;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Circuits open at the first failure and for good, and are forgotten after a moment without calls: whatever circuit a call
 * went in through, and whatever became of that meanwhile, once its failure is settled nobody passes with its key.
 */
class CircuitsByKeyRaceTest {

    private static final int THREADS = 6;
    private static final int CALLS = Integer.getInteger("resilience.hammer.calls", 240_000);
    private static final int KEYS = 4_000;
    private static final int IN_FLIGHT = 4;

    private final AtomicLong clock = new AtomicLong(1);
    private final AtomicIntegerArray failed = new AtomicIntegerArray(KEYS);

    @ParameterizedTest
    @ValueSource(ints = {20, 10_000})
    void noFailureIsLostWithTheCircuitThatSawItsCall(int maxKeys) throws Exception {
        CircuitBreakerPolicy breaker = breaker(maxKeys);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            work.add(() -> freed(breaker, random));
        }
        int freed = 0;
        for (Future<Integer> done : threads.invokeAll(work)) {
            freed += done.get();
        }
        threads.shutdownNow();
        assertThat(freed).isZero();
        assertThat(Breaker.KIND.snapshot(breaker).numbers().get("keys").intValue())
                .isLessThanOrEqualTo(maxKeys);
    }

    private int freed(CircuitBreakerPolicy breaker, Random random) {
        Deque<FakeCall> inFlight = new ArrayDeque<>();
        int freed = 0;
        for (int call = 0; call < CALLS / THREADS; call++) {
            clock.addAndGet(random.nextInt(200_000));
            int key = random.nextInt(KEYS);
            boolean mustNot = failed.get(key) != 0;
            FakeCall entered = new FakeCall(clock::get, clock::get).key(key);
            if (breaker.admit(entered) == Admission.proceed()) {
                freed += mustNot ? 1 : 0;
                inFlight.add(entered);
            }
            if (inFlight.size() > IN_FLIGHT) {
                settle(breaker, inFlight.remove(), random.nextInt(100) == 0);
            }
        }
        return freed;
    }

    private void settle(CircuitBreakerPolicy breaker, FakeCall call, boolean fails) {
        breaker.settle(fails ? call.threw(new IOException()) : call.gave("well"));
        if (fails) {
            failed.set((Integer) call.key(), 1);
        }
    }

    private CircuitBreakerPolicy breaker(int maxKeys) {
        Map<String, String> knobs = Map.of(
                "consecutive-failures", "1",
                "open-wait", "3650d",
                "max-open-wait", "3650d",
                "forget-after", "500us",
                "max-keys", Integer.toString(maxKeys));
        return Breaker.KIND.create(
                "hosts",
                Configurations.of(CircuitBreakerConfiguration.class, knobs),
                new PolicyContext(time(), event -> {}, List.of()));
    }

    /** The clock that the calls have, by which circuits begin as well. */
    private Time time() {
        ManualTime rest = new ManualTime();
        return new Time(clock::get, new Beat(clock), rest, () -> Instant.EPOCH, () -> 0.5);
    }

    private record Beat(AtomicLong clock) implements Pulse {
        @Override
        public long tick() {
            return clock.get();
        }

        @Override
        public long lastToldBefore(long instant, long tolerance) {
            return instant;
        }

        @Override
        public void onBeat(LongConsumer work) {}

        @Override
        public void wake() {}
    }
}
