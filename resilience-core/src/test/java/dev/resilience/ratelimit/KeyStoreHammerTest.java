package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.key.Digests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads race newcomers against the overflow, the hand that takes idle keys away, refunds, and resets of other keys.
 * Afterwards an oracle looks at what each key was admitted, wherever it was charged.
 */
class KeyStoreHammerTest {

    private static final int THREADS = 8;
    private static final int CALLS = Integer.getInteger("resilience.hammer.calls", 240_000);
    private static final long WINDOW = 1_000_000;
    private static final int KEYS = 300;

    private final Engines engines = new Engines(Moments.timeline());
    private final Engine engine = engines.of(Limits.parse("3/1ms"));
    private final AtomicLong clock = new AtomicLong(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 1_000})
    void noKeyGetsMoreHoweverItMovesBetweenStates(int maxKeys) throws Exception {
        KeyStore store = new KeyStore(engines, new Digests(7, 11), maxKeys, () -> {});
        Map<Integer, List<Long>> admitted = new HashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Callable<Map<Integer, List<Long>>>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            work.add(() -> calls(store, random));
        }
        for (Future<Map<Integer, List<Long>>> done : threads.invokeAll(work)) {
            done.get().forEach((key, times) -> admitted.computeIfAbsent(key, any -> new ArrayList<>())
                    .addAll(times));
        }
        threads.shutdownNow();
        assertThat(admitted).hasSize(KEYS);
        assertThat(admitted.values()).allSatisfy(KeyStoreHammerTest::keepsTheLimit);
        assertThat(store.keys()).isBetween(0, maxKeys);
        assertNothingStays(store);
    }

    private Map<Integer, List<Long>> calls(KeyStore store, Random random) {
        Map<Integer, List<Long>> admitted = new HashMap<>();
        for (int call = 0; call < CALLS / THREADS; call++) {
            long now = clock.addAndGet(random.nextInt(16) == 0 ? random.nextInt((int) WINDOW / 8) : 0);
            if (random.nextInt(32) == 0) {
                store.charge("reset" + random.nextInt(50), engine, Moments.at(now), 1, 0);
                store.reset("reset" + random.nextInt(50), time -> {});
            }
            int key = random.nextInt(KEYS);
            long ticket = store.charge(key, engine, Moments.at(now), 1, 0);
            if (ticket != Ticket.REFUSED && random.nextInt(4) == 0) {
                store.refund(key, ticket, 1);
            } else if (ticket != Ticket.REFUSED) {
                admitted.computeIfAbsent(key, any -> new ArrayList<>()).add(Ticket.time(ticket));
            }
        }
        return admitted;
    }

    private static void keepsTheLimit(List<Long> times) {
        times.sort(null);
        for (int call = 3; call < times.size(); call++) {
            assertThat(times.get(call) - times.get(call - 3)).isGreaterThanOrEqualTo(WINDOW);
        }
    }

    /** Every key that was counted in is counted out. */
    private void assertNothingStays(KeyStore store) {
        long later = clock.get() + 10 * WINDOW;
        for (int key = 0; key < KEYS; key++) {
            store.reset(key, time -> {});
        }
        for (int key = 0; key < 50; key++) {
            store.reset("reset" + key, time -> {});
        }
        assertThat(store.keys()).isZero();
        assertThat(store.overflowing(later)).isZero();
    }
}
