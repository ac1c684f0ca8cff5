package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seats for each key: there while somebody sits, and gone without a trace when the last one leaves. */
class KeyedBulkheadTest {

    private static final int INVENTED = 200_000;
    private static final int THREADS = 64;
    private static final long ARRIVAL = 1L << 32;

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());

    @Test
    void aFullKeyKeepsNobodyElseOut() throws Throwable {
        Pipeline pipeline = pipeline("max-concurrent=2");
        CompletableFuture<Object> work = new CompletableFuture<>();
        begin(pipeline, "a", work);
        begin(pipeline, "a", work);

        assertThat(lets(pipeline, "a")).isFalse();
        assertThat(lets(pipeline, "b")).isTrue();
        assertThat(number("in-use")).isEqualTo(2);
        work.complete("done");
        assertThat(lets(pipeline, "a")).isTrue();
        assertAtRest();
    }

    @Test
    void inventedKeysLeaveNothingBehind() throws Throwable {
        Pipeline pipeline = pipeline("max-concurrent=1");
        for (int key = 0; key < INVENTED; key++) {
            assertThat(lets(pipeline, "invented" + key)).isTrue();
        }
        assertAtRest();
    }

    /** Five thousand keys at once, each with a caller inside and one in line. */
    @Test
    void manyKeysAtOnceAllComeBack() throws Throwable {
        Pipeline pipeline = pipeline("max-concurrent=1 max-wait=1s max-waiting=2");
        List<CompletableFuture<Object>> works = new ArrayList<>();
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int key = 0; key < 5_000; key++) {
            CompletableFuture<Object> work = new CompletableFuture<>();
            begin(pipeline, "key" + key, work);
            waiting.add(begin(pipeline, "key" + key, CompletableFuture.completedFuture("next")));
            works.add(work);
        }
        assertThat(number("in-use")).isEqualTo(5_000);
        assertThat(number("waiting")).isEqualTo(5_000);
        for (int key = 0; key < works.size(); key++) {
            if (key % 3 == 0) {
                waiting.get(key).cancel(true);
            }
            if (key % 3 != 1) {
                works.get(key).complete("done");
            }
        }
        time.advanceNanos(2_000_000_000L);
        works.forEach(work -> work.complete("done"));
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertAtRest();
    }

    @Test
    void keysThatAreNoneHarmNobody() throws Throwable {
        Pipeline pipeline = pipeline("max-concurrent=1");
        CompletableFuture<Object> work = new CompletableFuture<>();
        begin(pipeline, null, work);
        assertThat(lets(pipeline, null)).as("callers without a key are one").isFalse();
        assertThat(lets(pipeline, "null")).isTrue();
        for (int key = 0; key < 1_000; key++) {
            begin(pipeline, new Colliding(key), work);
        }
        assertThat(lets(pipeline, new Colliding(7))).isFalse();
        assertThat(lets(pipeline, "calm")).isTrue();
        for (int key = 0; key < 100; key++) {
            try {
                lets(pipeline, new Broken());
            } catch (IllegalStateException own) {
                assertThat(own).hasMessage("broken key");
            }
        }
        assertThat(lets(pipeline, "calm")).isTrue();
        work.complete("done");
        assertAtRest();
    }

    /** Keys come and go under sixty-four threads: never more inside than seats, and nobody is sent away who has room. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void neverMoreThanTheSeatsOfAKey(int seats) throws Exception {
        Pipeline pipeline = pipeline("max-concurrent=" + seats);
        int keys = 20;
        AtomicInteger[] inside = new AtomicInteger[keys];
        AtomicLong[] claimed = new AtomicLong[keys];
        for (int key = 0; key < keys; key++) {
            inside[key] = new AtomicInteger();
            claimed[key] = new AtomicLong();
        }
        LongAdder tooMany = new LongAdder();
        LongAdder unjust = new LongAdder();
        LongAdder passed = new LongAdder();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Void>> callers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                callers.add(() -> {
                    for (int call = 0; call < 3_000; call++) {
                        int key = random.nextInt(keys);
                        long before = claimed[key].addAndGet(ARRIVAL + 1);
                        try {
                            enter(pipeline, key, inside[key], tooMany, seats);
                            passed.increment();
                        } catch (BulkheadFullException full) {
                            // With no more around than there are seats, newcomers included, there was room.
                            long meanwhile = (claimed[key].get() >>> 32) - (before >>> 32);
                            if ((int) before + meanwhile <= seats) {
                                unjust.increment();
                            }
                        } finally {
                            claimed[key].decrementAndGet();
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> caller : threads.invokeAll(callers)) {
                caller.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tooMany.sum()).as("too many inside").isZero();
        assertThat(passed.sum()).isPositive();
        assertThat(unjust.sum()).as("refused though there was room").isZero();
        assertAtRest();
    }

    private static void enter(Pipeline pipeline, int key, AtomicInteger inside, LongAdder tooMany, int seats)
            throws Exception {
        try {
            pipeline.invoke(CallShape.BLOCKING, new Object[] {"key" + key}, () -> {
                if (inside.incrementAndGet() > seats) {
                    tooMany.increment();
                }
                Thread.yield();
                return inside.decrementAndGet();
            });
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

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
    }

    private Pipeline pipeline(String knobs) {
        Placement.Expression key = (arguments, context) -> arguments[0];
        return guards.with("bulkheads", "b", knobs, Map.of("key", key)).around("Proof.call");
    }

    private CompletableFuture<?> begin(Pipeline pipeline, @Nullable Object key, CompletableFuture<?> work)
            throws Throwable {
        return (CompletableFuture<?>) pipeline.invoke(CallShape.STAGE, new Object[] {key}, () -> work);
    }

    private boolean lets(Pipeline pipeline, @Nullable Object key) throws Throwable {
        try {
            pipeline.invoke(CallShape.BLOCKING, new Object[] {key}, () -> "in");
            return true;
        } catch (BulkheadFullException full) {
            return false;
        }
    }

    private void assertAtRest() {
        assertThat(number("in-use")).isZero();
        assertThat(number("waiting")).isZero();
        assertThat(number("keys")).as("keys that are remembered").isZero();
        assertThat(time.scheduled()).isZero();
    }

    private long number(String name) {
        return guards.numbers("bulkheads", "b").get(name).longValue();
    }
}
