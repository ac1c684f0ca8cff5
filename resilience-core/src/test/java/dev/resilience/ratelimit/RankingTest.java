package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.TopKeys.Ranked;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Ranking ranking = new Ranking(42, 0);

    @Test
    void aFewCallsAreCountedOneByOne() {
        count("anna", 3, 0);
        ranking.count("bert", "other", 0);
        assertThat(ranking.top(20, 0))
                .extracting(Ranked::key, Ranked::count, Ranked::error)
                .containsExactly(tuple("anna", 3L, 0L), tuple("bert", 1L, 0L));
    }

    /** Every virtual thread takes a number, so a service gets there within days. */
    @Test
    void threadsAfterTheTwoThousandMillionthCountAsWell() throws InterruptedException {
        Thread late = new Thread(() -> count("anna", 3, 0)) {
            @Override
            public long getId() {
                return (1L << 31) + 7;
            }
        };
        late.start();
        late.join();
        assertThat(ranking.find("anna", 0).count()).isEqualTo(3);
    }

    @Test
    void manyCallsAreEstimatedWithinAFewPercent() {
        Random random = new Random(5);
        for (int call = 0; call < 2_000_000; call++) {
            ranking.count(random.nextInt(10) < 4 ? "heavy" : "light" + random.nextInt(50), "operation", 0);
        }
        Ranked first = ranking.top(20, 0).get(0);
        assertThat(first.key()).isEqualTo("heavy");
        assertThat(first.count() + first.error() / 2.0).isBetween(800_000 * 0.95, 800_000 * 1.05);
    }

    @Test
    void aHeavyCallerIsFoundAmongTenMillionInventedKeysAndMemoryStays() {
        for (int call = 0; call < 10_000_000; call++) {
            ranking.count(call % 50 == 0 ? (Object) "heavy" : (Object) call, "operation", 0);
        }
        Ranked first = ranking.top(20, 0).get(0);
        assertThat(first.key()).isEqualTo("heavy");
        assertThat(first.count()).isBetween(170_000L, 230_000L);
    }

    @Test
    void whoCallsInTurnsIsNotSkipped() {
        for (int call = 0; call < 1_000_000; call++) {
            ranking.count(call % 64 == 0 ? "timed" : "others" + call % 64, "operation", 0);
        }
        assertThat(ranking.find("timed", 0).count()).isBetween(11_000L, 21_000L);
    }

    @Test
    void whatIsElderThanTwentyMinutesIsForgotten() {
        count("early", 5, 0);
        count("late", 3, 11 * MINUTE);
        assertThat(ranking.top(20, 12 * MINUTE)).extracting(Ranked::key).containsExactly("early", "late");
        assertThat(ranking.countedNanos(12 * MINUTE)).isEqualTo(12 * MINUTE);
        assertThat(ranking.top(20, 22 * MINUTE)).extracting(Ranked::key).containsExactly("late");
        assertThat(ranking.countedNanos(22 * MINUTE)).isEqualTo(11 * MINUTE);
        assertThat(ranking.top(20, 90 * MINUTE)).isEmpty();
    }

    @Test
    void bothGenerationsAddUp() {
        ranking.count("anna", "quote", 0);
        ranking.count("anna", "quote", 11 * MINUTE);
        ranking.count("anna", "book", 11 * MINUTE);
        assertThat(ranking.find("anna", 11 * MINUTE).operations())
                .containsEntry("quote", 2L)
                .containsEntry("book", 1L);
    }

    @Test
    void longKeysAreCutAndToldApart() {
        String common = "x".repeat(10_000);
        count(common + "1", 2, 0);
        count(common + "2", 1, 0);
        List<Ranked> top = ranking.top(20, 0);
        assertThat(top).hasSize(2).allSatisfy(ranked -> assertThat(ranked.key()).hasSizeLessThan(120));
        assertThat(ranking.find(common + "1", 0).count()).isEqualTo(2);
    }

    @Test
    void countsOfManyThreadsAddUp() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(number -> new Thread(() -> {
                    awaitStart(start);
                    count("key" + number % 2, 100_000, 0);
                }))
                .toList();
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ranking.top(20, 0)).extracting(Ranked::count).allSatisfy(count -> assertThat(count)
                .isBetween(340_000L, 460_000L));
    }

    private void count(String key, int calls, long time) {
        for (int call = 0; call < calls; call++) {
            ranking.count(key, "operation", time);
        }
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
