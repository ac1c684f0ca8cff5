package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.FakeCall;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Loads that would wait for themselves, in one cache or over several, fail and say which way round. */
@Timeout(60)
class RecursiveLoadTest {

    private static final int ROUNDS = 300;

    private final ThreadScheduler threads = new ThreadScheduler();
    private final Guards guards = new Guards(time(threads));
    private final Pipeline quotes = guards.with("caches", "quotes", "").around("Shop.quote");
    private final Pipeline prices = guards.with("caches", "prices", "").around("Shop.price");
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void everybodyGoesHome() {
        callers.shutdownNow();
        threads.close();
    }

    @Test
    void aLoadThatAsksForItselfByWayOfAnotherCache() {
        assertThatThrownBy(() -> ask(quotes, "a", () -> ask(prices, "b", () -> ask(quotes, "a", () -> "never"))))
                .isInstanceOf(RecursiveLoadException.class)
                .hasMessageContaining("Shop.quote waits for Shop.price waits for Shop.quote");
    }

    @Test
    void aLoadThatAsksForItselfByWayOfAMethodThatIsGuardedOtherwise() {
        Pipeline retried = guards.with("retries", "upstream", "max-attempts=1").around("Client.get");

        assertThatThrownBy(() -> ask(quotes, "a", () -> ask(retried, "a", () -> ask(quotes, "a", () -> "never"))))
                .isInstanceOf(RecursiveLoadException.class)
                .hasMessageContaining("Shop.quote waits for Shop.quote");
    }

    @Test
    void aLoadThatAsksForItselfOnAThreadThatItsGuardHasGivenIt() {
        Pipeline isolated =
                guards.with("timeouts", "slow", "timeout=1m isolation=thread").around("Client.get");

        assertThatThrownBy(() -> ask(quotes, "a", () -> ask(isolated, "a", () -> ask(quotes, "a", () -> "never"))))
                .isInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void aLoadThatAsksForItselfOnAThreadOfReactor() {
        Mono<Object> inside = Mono.defer(() -> mono(prices, "b", () -> mono(quotes, "a", () -> Mono.just("never"))))
                .subscribeOn(Schedulers.fromExecutor(callers));

        assertThatThrownBy(() -> mono(quotes, "a", () -> inside).block())
                .isInstanceOf(RecursiveLoadException.class)
                .hasMessageContaining("Shop.quote waits for Shop.price waits for Shop.quote");
    }

    @Test
    void aLoadMayAskForOtherKeysOfItsOwnCache() throws Exception {
        assertThat(ask(quotes, "a", () -> ask(quotes, "b", () -> ask(quotes, "c", () -> "value"))))
                .isEqualTo("value");
    }

    /** It was the leader's own refusal, so another call leads; and the leader is sent in again by a policy further out. */
    @Test
    void aCallMayFollowALoadThatItHasHandedOn() {
        CacheHarness harness = new CacheHarness(Map.of());
        FakeCall leader = harness.call("a");
        FakeCall next = harness.call("a");
        harness.policy.admit(leader);
        harness.policy.admit(next);
        harness.cancel(leader);
        leader.memo(null);

        assertThat(harness.policy.admit(leader).step()).isEqualTo(Admission.Step.ASK_AGAIN);
        assertThat(harness.policy.admit(next)).isEqualTo(Admission.proceed());
    }

    @Test
    void aRefreshIsALoadAroundWhatItsMethodAsksFor() {
        CacheHarness harness = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "30s"));
        FakeCall refreshing = harness.call("a");
        harness.load(harness.call("a"), 42);
        harness.time.advance(Duration.ofSeconds(60));
        harness.policy.admit(refreshing);

        assertThat(harness.policy.admit(harness.call("a").inside(refreshing))).isEqualTo(Admission.returning(42));
        harness.time.advance(Duration.ofSeconds(30));
        assertThat(harness.policy.admit(harness.call("a").inside(refreshing)))
                .isInstanceOfSatisfying(Admission.Fail.class, fail -> assertThat(fail.cause())
                        .isInstanceOf(RecursiveLoadException.class));
    }

    /** One loads a and asks for b, the other loads b and asks for a. */
    @Test
    void twoThreadsThatCrossDoNotHang() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String a = "a" + round;
            String b = "b" + round;
            CyclicBarrier bothLoad = new CyclicBarrier(2);
            List<Future<Object>> ends = List.of(
                    callers.submit(() -> ask(quotes, a, () -> afterwards(bothLoad, () -> ask(prices, b, () -> "b")))),
                    callers.submit(() -> ask(prices, b, () -> afterwards(bothLoad, () -> ask(quotes, a, () -> "a")))));

            assertThat(ends.stream().map(RecursiveLoadTest::failure))
                    .anySatisfy(failure -> assertThat(failure).isInstanceOf(RecursiveLoadException.class));
        }
    }

    @Test
    void threeThreadsThatCrossDoNotHang() throws Exception {
        Pipeline stocks = guards.with("caches", "stocks", "").around("Shop.stock");
        for (int round = 0; round < ROUNDS; round++) {
            String key = "key" + round;
            CyclicBarrier all = new CyclicBarrier(3);
            List<Future<Object>> ends = List.of(
                    callers.submit(() -> ask(quotes, key, () -> afterwards(all, () -> ask(prices, key, () -> "p")))),
                    callers.submit(() -> ask(prices, key, () -> afterwards(all, () -> ask(stocks, key, () -> "s")))),
                    callers.submit(() -> ask(stocks, key, () -> afterwards(all, () -> ask(quotes, key, () -> "q")))));

            assertThat(ends.stream().map(RecursiveLoadTest::failure)).anySatisfy(failure -> assertThat(failure)
                    .isInstanceOf(RecursiveLoadException.class)
                    .hasMessageContaining("Shop.stock waits for"));
        }
    }

    /** The load of a has asked for b and given that up again, so the load of b may well wait for it. */
    @Test
    void aWaitThatIsOverIsForgotten() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch givenUp = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Object> quote = new CompletableFuture<>();
        Future<Object> price = callers.submit(() -> stage(prices, "b", () -> {
            begun.countDown();
            givenUp.await();
            CompletableFuture<?> later = stage(quotes, "a", () -> "never");
            asked.countDown();
            return later;
        }));
        begun.await();
        stage(quotes, "a", () -> {
            stage(prices, "b", () -> "never").cancel(true);
            givenUp.countDown();
            return quote;
        });
        asked.await();
        quote.complete("value");

        assertThat((CompletableFuture<?>) price.get()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    private static Object afterwards(CyclicBarrier bothLoad, Callable<Object> rest) throws Exception {
        bothLoad.await(10, TimeUnit.SECONDS);
        return rest.call();
    }

    /** What a future has failed with; it has ended, or the test has failed. */
    private static Throwable failure(Future<Object> end) {
        try {
            end.get(10, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (Exception hangs) {
            throw new AssertionError("it hangs", hangs);
        }
    }

    private static Object ask(Pipeline guarded, String key, Body body) throws Exception {
        return invoke(guarded, CallShape.BLOCKING, key, body);
    }

    private static CompletableFuture<?> stage(Pipeline guarded, String key, Body body) {
        return (CompletableFuture<?>) invoke(guarded, CallShape.STAGE, key, body);
    }

    @SuppressWarnings("unchecked")
    private static Mono<Object> mono(Pipeline guarded, String key, Body body) {
        return (Mono<Object>) invoke(guarded, CallShape.MONO, key, body);
    }

    private static Object invoke(Pipeline guarded, CallShape shape, String key, Body body) {
        try {
            return guarded.invoke(shape, new Object[] {key}, body);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable checked) {
            throw new AssertionError(checked);
        }
    }

    private static Time time(ThreadScheduler threads) {
        ManualTime manual = new ManualTime();
        Time time = manual.time();
        return new Time(time.ticker(), time.pulse(), threads, time.wall(), time.random());
    }
}
