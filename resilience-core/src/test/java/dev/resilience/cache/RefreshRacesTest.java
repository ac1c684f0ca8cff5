package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may come between finding a result that is due and loading it anew; and everything at once. */
class RefreshRacesTest {

    private static final int THREADS = 8;
    private static final int CALLS = 200_000;
    private static final int KEYS = 3;
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final InterruptedStore store = new InterruptedStore();
    private final ResultCache cache = new ResultCache(
            CacheHarness.configuration(
                    Map.of("ttl", "20ms", "ttl-jitter", "0", "refresh-ahead", "30", "stale-while-revalidate", "10ms")),
            store,
            new PolicyContext(new ManualTime().time(), event -> {}, List.of()),
            new BrokenRules("caches", "quotes", event -> {}));
    private final CachePolicy policy = new CachePolicy(cache);

    @Test
    void aRefreshThatHasJustEndedIsNotRepeated() {
        dueResult();
        store.between(() -> {
            FakeCall faster = call("ACME");
            assertThat(policy.admit(faster)).isEqualTo(Admission.returningAndRefreshing(42));
            policy.settle(faster.gave(43));
        });

        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.returning(42));
        assertThat(cache.running()).isZero();
        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.returning(43));
    }

    @Test
    void aResultThatHasJustBeenInvalidatedIsNotLoadedAnew() {
        dueResult();
        store.between(() -> cache.invalidate("ACME"));

        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.returning(42));
        assertThat(cache.running()).isZero();
        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.proceed());
    }

    /** The one who comes finds that the result has gone, and a load that has begun because it was there. */
    @Test
    void whoFollowsARefreshThatIsNotToBeIsGivenTheLead() {
        dueResult();
        FakeCall follower = call("ACME");
        store.between(() -> store.remove("ACME"), () -> policy.admit(follower));

        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.returning(42));

        assertThat(policy.admit(follower)).isEqualTo(Admission.proceed());
        policy.settle(follower.gave(43));
        assertThat(policy.admit(call("ACME"))).isEqualTo(Admission.returning(43));
        assertThat(cache.running()).isZero();
    }

    /** Nobody invalidates, so each key is loaded by one at a time, whoever gives up, fails or comes too late. */
    @Test
    void noTwoLoadsOfOneKeyRunAtOnce() throws Exception {
        AtomicInteger[] loading = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        AtomicInteger most = new AtomicInteger();
        ConcurrentLinkedQueue<FakeCall> waiting = new ConcurrentLinkedQueue<>();

        inParallel(random -> {
            store.tick.addAndGet(random.nextLong(MILLI / 10));
            FakeCall call = call(random.nextInt(KEYS));
            while (call != null) {
                goOn(call, random, loading, most, waiting);
                call = random.nextInt(3) == 0 ? null : waiting.poll();
            }
        });
        SplittableRandom random = new SplittableRandom(0);
        for (int left = waiting.size() * 3; left > 0 && !waiting.isEmpty(); left--) {
            goOn(waiting.remove(), random, loading, most, waiting);
        }

        assertThat(most).hasValue(1);
        assertThat(waiting).isEmpty();
        assertThat(cache.running()).isZero();
        assertThat(cache.snapshot().numbers())
                .hasEntrySatisfying("refreshes", refreshes -> assertThat(refreshes.longValue())
                        .isPositive());
    }

    private void goOn(
            FakeCall call,
            SplittableRandom random,
            AtomicInteger[] loading,
            AtomicInteger most,
            ConcurrentLinkedQueue<FakeCall> waiting) {
        Admission answer = policy.admit(call);
        switch (answer.step()) {
            case PROCEED -> load(call, random, loading, most);
            case ASK_AGAIN -> waiting.add(call);
            default -> {
                if (answer instanceof Admission.Return given && given.refresh()) {
                    load(call, random, loading, most);
                } else if (call.memo() != null) {
                    policy.settle(call.ended(Outcome.VALUE, 42, null, false));
                }
            }
        }
    }

    private void load(FakeCall call, SplittableRandom random, AtomicInteger[] loading, AtomicInteger most) {
        AtomicInteger ofKey = loading[(int) call.arguments()[0]];
        most.accumulateAndGet(ofKey.incrementAndGet(), Math::max);
        Thread.yield();
        ofKey.decrementAndGet();
        switch (random.nextInt(4)) {
            case 0 -> policy.settle(call.threw(new IOException()));
            case 1 -> policy.settle(call.ended(Outcome.CANCELLED, null, new CancellationException(), false));
            default -> policy.settle(call.gave(42));
        }
    }

    /** Work with a source of chance. */
    private interface Work {
        void once(SplittableRandom random);
    }

    private static void inParallel(Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> ends = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            ends.add(executor.submit(() -> {
                for (int time = 0; time < CALLS / THREADS; time++) {
                    work.once(random);
                }
            }));
        }
        executor.shutdown();
        for (Future<?> end : ends) {
            end.get(60, TimeUnit.SECONDS);
        }
    }

    private void dueResult() {
        FakeCall first = call("ACME");
        policy.admit(first);
        policy.settle(first.gave(42));
        store.tick.addAndGet(20 * MILLI);
    }

    private FakeCall call(Object key) {
        return new FakeCall(store::tick, store::tick).arguments(key);
    }

    /** A store in which something may happen right after somebody has found a result. */
    private static final class InterruptedStore extends PlainStore {
        private final ConcurrentLinkedQueue<Runnable> happenings = new ConcurrentLinkedQueue<>();

        void between(Runnable... next) {
            happenings.addAll(List.of(next));
        }

        @Override
        public @Nullable Kept find(Object key) {
            Kept found = super.find(key);
            Runnable happening = happenings.poll();
            if (happening != null) {
                happening.run();
            }
            return found;
        }
    }
}
