package dev.resilience.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads come and go with more keys than there is room for: no key is ever in two states, and no state stays. */
class KeyedStatesHammerTest {

    private static final int THREADS = 8;
    private static final int CALLS = Integer.getInteger("resilience.hammer.calls", 240_000);
    private static final int KEYS = 60;

    private final Witness[] witnesses =
            Stream.generate(Witness::new).limit(KEYS).toArray(Witness[]::new);
    private final AtomicLong clock = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1_000})
    void noKeyIsInTwoStatesHoweverItMoves(int maxKeys) throws Exception {
        KeyedStates<Turnstile> states =
                new KeyedStates<>(new Digests(7, 11), maxKeys, key -> new Turnstile(), () -> {});
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            work.add(() -> calls(states, random));
        }
        int clashes = 0;
        for (Future<Integer> done : threads.invokeAll(work)) {
            clashes += done.get();
        }
        threads.shutdownNow();
        assertThat(clashes).isZero();
        assertThat(states.keys()).isBetween(0, maxKeys);
        assertNothingStays(states);
    }

    private int calls(KeyedStates<Turnstile> states, Random random) {
        int clashes = 0;
        for (int call = 0; call < CALLS / THREADS; call++) {
            long now = clock.addAndGet(random.nextInt(1_000_000));
            int key = random.nextInt(KEYS);
            Turnstile state = Turnstile.enter(states, key, now);
            clashes += witnesses[key].clashes(state) ? 1 : 0;
            if (random.nextInt(4) == 0) {
                Thread.yield();
            }
            witnesses[key].leaves();
            state.leaves();
            if (random.nextBoolean()) {
                states.retire(state, key, now);
            }
        }
        return clashes;
    }

    private static void assertNothingStays(KeyedStates<Turnstile> states) {
        for (int key = 0; key < KEYS; key++) {
            Turnstile state = states.find(key);
            if (state != null) {
                states.retire(state, key, 0);
            }
        }
        List<Turnstile> left = new ArrayList<>();
        states.each(left::add);
        assertThat(left).isEmpty();
        assertThat(states.keys()).isZero();
        assertThat(states.sharing()).isZero();
    }
}
