package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * An attacker who asks for something else with every call, whose loads give values, fail, or are given up: no more is kept than
 * there is room for, the heap doesn't grow, and no load is left behind.
 */
class InventedResultsTest {

    private static final Logger LOG = LoggerFactory.getLogger(InventedResultsTest.class);
    private static final int ROOM = 10_000;
    private static final int WARM = 5 * ROOM;
    private static final long MEBIBYTE = 1 << 20;
    private static final RuntimeException DOWN = new IllegalStateException("down");

    private final Time time = new ManualTime().time();
    private final Resilience resilience = Resilience.builder()
            .time(time)
            .policy("caches", "quotes", Map.of("max-entries", String.valueOf(ROOM), "stale-if-error", "1h"))
            .build();
    private final PolicyInstance<?, ?> policy =
            resilience.policies().find("caches", "quotes").orElseThrow();
    private final Pipeline pipeline = Pipeline.of(
            "Quotes.quote",
            List.of(new Pipeline.Placed(policy, Placement.bare())),
            List.of(),
            new ExecutionRuntime(time, new Deadlines(time), event -> {}, ContextCarrier.NONE, false));
    private final AtomicInteger invoked = new AtomicInteger();

    @AfterEach
    void close() {
        resilience.close();
    }

    @Test
    void twoHundredThousandInventedKeysTakeUpNoMoreThanThereIsRoomFor() throws Throwable {
        attack(200_000);
    }

    @Tag("long")
    @Test
    void tenMillionInventedKeysTakeUpNoMoreThanThereIsRoomFor() throws Throwable {
        attack(10_000_000);
    }

    private void attack(int keys) throws Throwable {
        invent(0, WARM);
        long before = usedHeap();
        invent(WARM, WARM + keys);
        long grown = usedHeap() - before;

        LOG.info("{} invented keys, {} entries, heap grew by {} KiB", keys, number("entries"), grown >> 10);
        assertThat(number("entries")).isBetween(ROOM / 2L, (long) ROOM);
        assertThat(number("loads")).isEqualTo(number("entries") + number("evictions"));
        assertThat(number("loads") + number("load-failures")).isEqualTo((WARM + keys) * 3L / 4);
        assertThat(grown).as("bytes of heap").isLessThan(8 * MEBIBYTE);
        assertNoLoadIsLeft(WARM + keys);
    }

    /** Of four calls two give something, one fails and one is given up by its caller. */
    private void invent(int from, int to) throws Throwable {
        for (int number = from; number < to; number++) {
            Object[] arguments = {"invented-" + number, number};
            switch (number % 4) {
                case 0 -> pipeline.invoke(CallShape.BLOCKING, arguments, () -> new byte[1_024]);
                case 1 ->
                    stage(pipeline.invoke(
                            CallShape.STAGE, arguments, () -> CompletableFuture.completedFuture(new byte[1_024])));
                case 2 ->
                    stage(pipeline.invoke(CallShape.STAGE, arguments, () -> CompletableFuture.failedFuture(DOWN)));
                default -> giveUp(number, arguments);
            }
        }
    }

    private void giveUp(int number, Object[] arguments) throws Throwable {
        if (number % 8 == 3) {
            stage(pipeline.invoke(CallShape.STAGE, arguments, CompletableFuture::new))
                    .cancel(true);
        } else {
            ((Mono<?>) pipeline.invoke(CallShape.MONO, arguments, Mono::never))
                    .subscribe()
                    .dispose();
        }
    }

    private static CompletableFuture<?> stage(Object answer) {
        return (CompletableFuture<?>) answer;
    }

    /** Who asks for what somebody failed to load or gave up loading isn't made to wait for it. */
    private void assertNoLoadIsLeft(int keys) throws Throwable {
        int asked = 0;
        for (int number = 2; number < keys; number += 4 * Math.max(1, keys / ROOM / 4)) {
            for (int left : new int[] {number, number + 1}) {
                Object[] arguments = {"invented-" + left, left};
                asked++;
                assertThat(stage(pipeline.invoke(CallShape.STAGE, arguments, this::work)))
                        .as("key %d", left)
                        .isDone();
            }
        }
        assertThat(invoked).hasValue(asked);
    }

    private CompletableFuture<String> work() {
        invoked.incrementAndGet();
        return CompletableFuture.completedFuture("loaded");
    }

    private long number(String name) {
        return policy.snapshot().numbers().get(name).longValue();
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int collection = 0; collection < 4; collection++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
