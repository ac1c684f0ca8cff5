package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A circuit for each key, before callers who invent keys, and keys that are not what keys should be. */
class KeyedBreakerTest {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedBreakerTest.class);
    private static final int LONG = Integer.getInteger("resilience.proof.keys", 10_000_000);
    private static final int SHORT = 200_000;
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final ManualTime time = new ManualTime();

    /** Keys know nothing of each other: every one of them agrees with a twin of its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyKeyAgreesWithATwinOfItsOwn(int seed) throws Throwable {
        SplittableRandom random = new SplittableRandom(seed);
        String knobs = BreakerTwin.knobs(2, 3, 2).entrySet().stream()
                .map(knob -> knob.getKey() + "=" + knob.getValue())
                .collect(Collectors.joining(" "));
        Guarded guarded = new Guarded(knobs);
        Map<Object, BreakerTwin> twins = new HashMap<>();
        record Call(Object key, CompletableFuture<Object> work, Object lease) {}
        List<Call> calls = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            Object key = "key" + random.nextInt(6);
            BreakerTwin twin = twins.computeIfAbsent(key, first -> new BreakerTwin(2, 3, 2, false));
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    Object lease = twin.admit(time.nanos());
                    CompletableFuture<Object> work = new CompletableFuture<>();
                    CircuitBreakerOpenException refusal = refusal(guarded.begin(key, work));
                    assertThat(refusal == null).as("%s let in", key).isEqualTo(lease != null);
                    if (refusal == null) {
                        calls.add(new Call(key, work, lease));
                    } else {
                        assertThat(refusal.retryAfter().map(Duration::toNanos).orElse(-1L))
                                .as("of %s", key)
                                .isEqualTo(twin.remaining(time.nanos()));
                    }
                }
                case 4, 5, 6 -> {
                    if (!calls.isEmpty()) {
                        Call call = calls.remove(random.nextInt(calls.size()));
                        boolean well = random.nextBoolean();
                        if (well) {
                            call.work.complete("done");
                        } else {
                            call.work.completeExceptionally(new IllegalStateException("down"));
                        }
                        twins.get(call.key).ended(call.lease, well, time.nanos());
                    }
                }
                default -> time.advanceNanos(random.nextLong(WAIT.toNanos()));
            }
            long open = twins.values().stream()
                    .filter(each -> each.state(time.nanos()) == CircuitBreakerState.OPEN)
                    .count();
            long halfOpen = twins.values().stream()
                    .filter(each -> each.state(time.nanos()) == CircuitBreakerState.HALF_OPEN)
                    .count();
            assertThat(guarded.number("open-keys")).isEqualTo(open);
            assertThat(guarded.number("half-open-keys")).isEqualTo(halfOpen);
            assertThat(guarded.state()).isEqualTo(open > 0 ? "OPEN" : halfOpen > 0 ? "HALF_OPEN" : "CLOSED");
        }
    }

    @Test
    void aFloodOfInventedKeysFreesNobody() throws Throwable {
        flood(SHORT);
    }

    @Tag("long")
    @Test
    void aFloodOfInventedKeysFreesNobodyForLong() throws Throwable {
        flood(LONG);
    }

    /** Victims are open for a day. Whatever is invented beside them, well or ill, they stay open and the others bounded. */
    private void flood(int keys) throws Throwable {
        Guarded guarded = new Guarded("consecutive-failures=1 open-wait=1d max-open-wait=1d open-wait-jitter=0"
                + " max-keys=1000 forget-after=1m");
        for (int victim = 0; victim < 100; victim++) {
            guarded.fail("victim" + victim);
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int key = 0; key < keys; key++) {
            if (random.nextInt(1_000) == 0) {
                guarded.fail("invented" + key);
            } else {
                guarded.lets("invented" + key);
            }
            if (key % 1_000 == 0) {
                time.advance(Duration.ofSeconds(1));
                assertThat(guarded.number("keys")).isLessThanOrEqualTo(1_000);
                assertThat(guarded.number("shared-keys")).isLessThanOrEqualTo(256);
            }
        }
        for (int victim = 0; victim < 100; victim++) {
            assertThat(guarded.lets("victim" + victim)).as("victim %s", victim).isFalse();
        }
        LOG.info("{} invented keys: {}", keys, guarded.snapshot());
    }

    @Test
    void whatIsAtRestIsForgottenAndWhatIsNotStays() throws Throwable {
        Guarded guarded = new Guarded("consecutive-failures=1 open-wait=10s open-wait-jitter=0 open-wait-multiplier=1");
        for (int key = 0; key < 100; key++) {
            guarded.lets("calm" + key);
            guarded.fail("ill" + key);
        }
        CompletableFuture<Object> under = new CompletableFuture<>();
        guarded.begin("busy", under);
        assertThat(guarded.number("keys")).isEqualTo(201);
        assertThat(guarded.number("open-keys")).isEqualTo(100);

        time.advance(FORGOTTEN.multipliedBy(3));
        for (int call = 0; call < 10_000; call++) {
            guarded.lets("somebody" + call % 10);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(guarded.number("keys")).as("remembered").isLessThanOrEqualTo(12);
        assertThat(guarded.number("open-keys")).isZero();
        under.completeExceptionally(new IllegalStateException("late"));
        assertThat(guarded.lets("ill0"))
                .as("one that was forgotten begins anew")
                .isTrue();
    }

    /** Orders given by hand hold for all keys, those that come later included, and are never forgotten. */
    @Test
    void anOrderHoldsForKeysToCome() throws Throwable {
        Guarded guarded = new Guarded("consecutive-failures=1");
        guarded.lets("before");
        guarded.policy().forceOpen();
        assertThat(guarded.lets("before")).isFalse();
        assertThat(guarded.lets("after")).isFalse();
        time.advance(FORGOTTEN.multipliedBy(30));
        for (int call = 0; call < 1_000; call++) {
            assertThat(guarded.lets("invented" + call)).isFalse();
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(guarded.lets("before")).isFalse();
        guarded.policy().close();
        assertThat(guarded.lets("before")).isTrue();
        assertThat(guarded.lets("after")).isTrue();
    }

    /** A key that is null, enormous, of another type, without a hash of its own, or broken altogether. */
    @Test
    void keysThatAreNoneHarmNobody() throws Throwable {
        Guarded guarded = new Guarded("consecutive-failures=1");
        guarded.fail(null);
        assertThat(guarded.lets(null)).as("callers without a key are one").isFalse();
        assertThat(guarded.lets("null")).as("the text isn't nothing").isTrue();
        assertThat(guarded.lets("")).isTrue();

        String enormous = "x".repeat(1_000_000);
        guarded.fail(enormous + "a");
        assertThat(guarded.lets(enormous + "b")).isTrue();
        assertThat(guarded.lets(enormous + "a")).isFalse();

        for (int key = 0; key < 1_000; key++) {
            guarded.fail(new Colliding(key));
        }
        assertThat(guarded.lets(new Colliding(1_001)))
                .as("same hash, never failed")
                .isIn(true, false);
        assertThat(guarded.lets(new Colliding(7))).isFalse();
        assertThat(guarded.lets("calm")).isTrue();

        for (int key = 0; key < 100; key++) {
            try {
                guarded.lets(new Broken());
            } catch (IllegalStateException own) {
                assertThat(own).hasMessage("broken key");
            }
        }
        assertThat(guarded.lets("calm")).isTrue();
        assertThat(guarded.number("keys")).isPositive();
    }

    /** Equal by number, and all of one hash. */
    private record Colliding(int number) {
        @Override
        public int hashCode() {
            return 42;
        }
    }

    /** One that throws at everybody who looks. */
    private static final class Broken {
        @Override
        public int hashCode() {
            throw new IllegalStateException("broken key");
        }

        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("broken key");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("broken key");
        }
    }

    private static @Nullable CircuitBreakerOpenException refusal(CompletableFuture<?> answer) {
        try {
            if (answer.isCompletedExceptionally()) {
                answer.join();
            }
            return null;
        } catch (CompletionException failed) {
            assertThat(failed).hasCauseInstanceOf(CircuitBreakerOpenException.class);
            return (CircuitBreakerOpenException) failed.getCause();
        }
    }

    /** A breaker with a key, on a method whose first argument is the key. */
    private final class Guarded {
        private final Guards guards = new Guards(time.time());
        private final Pipeline pipeline;

        private Guarded(String knobs) {
            Placement.Expression key = (arguments, context) -> arguments[0];
            pipeline = guards.with("circuit-breakers", "b", knobs, Map.of("key", key))
                    .around("Proof.call");
        }

        private CompletableFuture<?> begin(@Nullable Object key, CompletableFuture<Object> work) throws Throwable {
            return (CompletableFuture<?>) pipeline.invoke(CallShape.STAGE, new Object[] {key}, () -> work);
        }

        private boolean lets(@Nullable Object key) throws Throwable {
            try {
                pipeline.invoke(CallShape.BLOCKING, new Object[] {key}, () -> "in");
                return true;
            } catch (CircuitBreakerOpenException refused) {
                return false;
            }
        }

        private void fail(@Nullable Object key) throws Throwable {
            IllegalArgumentException down = new IllegalArgumentException("down");
            try {
                pipeline.invoke(CallShape.BLOCKING, new Object[] {key}, () -> {
                    throw down;
                });
            } catch (IllegalArgumentException | CircuitBreakerOpenException expected) {
                return;
            }
            throw new AssertionError("the failure is lost");
        }

        private CircuitBreakerPolicy policy() {
            return (CircuitBreakerPolicy)
                    guards.instance("circuit-breakers", "b").state();
        }

        private Object snapshot() {
            return guards.instance("circuit-breakers", "b").snapshot();
        }

        private String state() {
            return guards.instance("circuit-breakers", "b").snapshot().state();
        }

        private long number(String name) {
            return guards.numbers("circuit-breakers", "b").get(name).longValue();
        }
    }
}
