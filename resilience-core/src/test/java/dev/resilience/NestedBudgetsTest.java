package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Retries inside retries. Budgets here have a floor of 1, which is 10 retries in ten seconds, and no share unless a test is
 * about it.
 */
class NestedBudgetsTest {

    private static final String USUAL = "delay=0 jitter=none budget-share=0 budget-floor=1 ";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void aRetryIsOneToTheRetriesAround() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline middle = retrying("middle", "");
        Pipeline inner = retrying("inner", "");

        outer.call(() -> middle.call(() -> inner.call(failing(2))));

        assertThat(List.of(left("outer"), left("middle"), left("inner"))).containsExactly(8L, 8L, 8L);
    }

    @Test
    void aRetryIsOneToTheRetriesInsideFromTheMomentItIsGranted() {
        Pipeline outer = retrying("outer", "delay=1s");
        Pipeline inner = retrying("inner", "");
        CompletableFuture<Object> answer =
                outer.callAsync(() -> inner.callAsync(() -> answered("ok")).thenCompose(value -> ended(failing(1))));

        assertThat(left("inner")).as("while it waits").isEqualTo(9);
        time.advance(SECOND);
        assertThat(answer).isCompletedWithValue("ok");
        assertThat(left("inner")).as("when it has come").isEqualTo(9);
    }

    @Test
    void layersThatHideWhatTheyGaveUpOnShareWhatThereIs() {
        Pipeline outer = retrying("outer", "max-attempts=100");
        Pipeline middle = retrying("middle", "max-attempts=100");
        Pipeline inner = retrying("inner", "max-attempts=100");

        assertThatThrownBy(
                        () -> outer.call(() -> hiding(() -> middle.call(() -> hiding(() -> inner.call(failing(999)))))))
                .isInstanceOf(IllegalStateException.class);

        assertThat(calls).hasValue(1 + 10);
    }

    @Test
    void whatIsSentInAgainIsNoCallToTheRetriesInside() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline inner = retrying("inner", "budget-share=100 budget-floor=0");

        outer.call(() -> hiding(() -> inner.call(failing(1))));
        assertThat(left("inner")).as("one call, one retry").isZero();
        outer.call(() -> inner.call(() -> "ok"));
        assertThat(left("inner")).as("a call more").isEqualTo(1);
    }

    @Test
    void aSecondTryThatGetsFurtherMakesCallsOfWhatIsNew() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline inner = retrying("inner", "budget-share=100 budget-floor=0");
        AtomicInteger tries = new AtomicInteger();

        outer.call(() -> {
            int lines = tries.getAndIncrement() == 0 ? 3 : 10;
            for (int line = 0; line < lines; line++) {
                inner.call(() -> "ok");
            }
            return lines == 3 ? failing(1).call() : "ok";
        });

        assertThat(left("inner")).as("3 calls, 3 retries, 7 calls").isEqualTo(7);
    }

    @Test
    void theRetriesOfManyCallsInsideOneAreOfTheirOwnBudget() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline inner = retrying("inner", "budget-share=20 budget-floor=0");

        outer.call(() -> {
            for (int call = 0; call < 1_000; call++) {
                inner.call(call % 10 == 9 ? failing(calls.get() + 1) : () -> "ok");
            }
            return "ok";
        });

        assertThat(guards.numbers("retries", "inner")).containsEntry("retries", 100L);
        assertThat(left("inner")).isEqualTo(100);
        assertThat(left("outer")).as("to do all of it again would be too much").isZero();
    }

    @Test
    void toSendManyCallsInAgainCostsAllOfThem() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline inner = retrying("inner", "budget-share=100 budget-floor=0");
        AtomicInteger tries = new AtomicInteger();

        outer.call(() -> {
            for (int call = 0; call < 7; call++) {
                inner.call(() -> "ok");
            }
            return tries.getAndIncrement() == 0 ? failing(1).call() : "ok";
        });
        assertThat(left("inner")).isZero();
        assertThat(left("outer")).isEqualTo(9);
    }

    @Test
    void aBudgetThatLayersShareSeesOneCallAndOneRetry() throws Exception {
        Pipeline outer = retrying("upstream", "budget-share=100 budget-floor=0");
        Pipeline inner = retrying("upstream", "");

        outer.call(() -> inner.call(() -> "ok"));
        assertThat(left("upstream")).isEqualTo(1);
        outer.call(() -> inner.call(failing(1)));
        assertThat(left("upstream")).isEqualTo(1);
        outer.call(() -> hiding(() -> inner.call(failing(calls.get() + 1))));
        assertThat(left("upstream")).isEqualTo(1);
    }

    @Test
    void whatAFallbackCallsIsNoRetry() throws Exception {
        Target backup = (arguments, failure) ->
                retrying("backup", "budget-share=100 budget-floor=0").call(() -> "backup");
        guards.with("fallbacks", "quotes", "", Map.of("method", List.of(backup)));
        Pipeline outer = retrying("outer", "");

        assertThat(outer.<Object>call(failing(999))).isEqualTo("backup");

        assertThat(left("backup")).isEqualTo(1);
    }

    @Test
    void retriesWithoutABudgetAreToldToThoseThatHaveOne() throws Exception {
        Pipeline outer = retrying("outer", "");
        Pipeline inner = retrying("inner", "budget=false");

        outer.call(() -> inner.call(failing(2)));

        assertThat(left("outer")).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void layersTogetherNeverExceedWhatOneMay(int layers) {
        List<Pipeline> nested = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            nested.add(retrying("layer-" + layer, "max-attempts=9 delay=2s jitter=full budget-share=20"));
        }
        Ledger ledger = new Ledger(layers);
        SplittableRandom random = new SplittableRandom(layers);
        for (int step = 0; step < 20_000; step++) {
            boolean storm = step / 1_000 % 2 == 1;
            if (random.nextInt(3) == 0) {
                ledger.called();
                answer(nested, random, storm ? 0.7 : 0.02);
            }
            time.random(random.nextDouble());
            time.advanceNanos(Ledger.STEP);
            ledger.check();
        }
        assertThat(ledger.all()).isGreaterThan(500);
    }

    /** Each layer fails now and then though all was well further in, and mostly hides what went wrong there. */
    private CompletionStage<Object> answer(List<Pipeline> layers, SplittableRandom random, double chance) {
        if (layers.isEmpty()) {
            return ended(() -> perhaps(random, chance));
        }
        Supplier<CompletionStage<Object>> furtherIn = () -> answer(layers.subList(1, layers.size()), random, chance);
        return layers.get(0).callAsync(() -> furtherIn
                .get()
                .handle((value, failure) -> {
                    boolean hides = failure == null || random.nextInt(4) > 0;
                    return hides
                            ? this.ended(() -> failure == null ? perhaps(random, chance / 4) : hidden())
                            : failed(failure);
                })
                .thenCompose(stage -> stage));
    }

    private static Object perhaps(SplittableRandom random, double chance) throws IOException {
        if (random.nextDouble() < chance) {
            throw new IOException("down");
        }
        return "ok";
    }

    private Pipeline retrying(String name, String knobs) {
        return guards.with("retries", name, USUAL + knobs).around("Test." + name);
    }

    private long left(String name) {
        return guards.numbers("retries", name).get("budget-available").longValue();
    }

    /** Fails so often in all, then gives a value. */
    private Callable<Object> failing(int times) {
        return () -> {
            if (calls.incrementAndGet() <= times) {
                throw new IOException("down");
            }
            return "ok";
        };
    }

    private static Object hiding(Callable<Object> call) throws Exception {
        try {
            return call.call();
        } catch (IOException | IllegalStateException hidden) {
            return hidden();
        }
    }

    private static Object hidden() {
        throw new IllegalStateException("hidden");
    }

    private static CompletionStage<Object> answered(Object value) {
        return CompletableFuture.completedFuture(value);
    }

    private static CompletionStage<Object> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    private CompletionStage<Object> ended(Callable<Object> work) {
        try {
            return answered(work.call());
        } catch (Exception thrown) {
            return failed(thrown);
        }
    }

    /** Calls and retries of all layers by the step they happened in. */
    private final class Ledger {
        private static final long STEP = 10_000_000;
        private static final int TEN_SECONDS = 1_000;

        private final int layers;
        private final List<Integer> calls = new ArrayList<>(List.of(0));
        private final List<Long> retries = new ArrayList<>();
        private long total;

        private Ledger(int layers) {
            this.layers = layers;
        }

        private void called() {
            calls.set(calls.size() - 1, calls.get(calls.size() - 1) + 1);
        }

        /** A retry is granted within a step, so a call of the step before the window may still count. */
        private void check() {
            long now = all();
            retries.add(now - total);
            total = now;
            double bound = Math.max(10, 0.2 * recent(calls, TEN_SECONDS + 1));
            if (retries.get(retries.size() - 1) > 0) {
                assertThat((double) recent(retries, TEN_SECONDS)).isLessThanOrEqualTo(bound);
            }
            calls.add(0);
        }

        private long all() {
            long all = 0;
            for (int layer = 0; layer < layers; layer++) {
                all += guards.numbers("retries", "layer-" + layer)
                        .get("retries")
                        .longValue();
            }
            return all;
        }

        private static long recent(List<? extends Number> numbers, int steps) {
            return numbers.subList(Math.max(0, numbers.size() - steps), numbers.size()).stream()
                    .mapToLong(Number::longValue)
                    .sum();
        }
    }
}
