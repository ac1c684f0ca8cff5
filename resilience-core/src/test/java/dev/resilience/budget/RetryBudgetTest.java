package dev.resilience.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    /** Near the overflow of a long, because real tickers may be. */
    private static final long ORIGIN = Long.MAX_VALUE - 5 * SECOND;

    private long now = ORIGIN;

    @Test
    void grantsTheFloorHoweverFewCallsThereAre() {
        RetryBudget budget = new RetryBudget(0.2, 10, now);

        assertThat(spent(budget, 1_000)).isEqualTo(100);
        assertThat(budget.available(now)).isZero();
    }

    @Test
    void grantsAShareOfTheCallsWhereThatIsMore() {
        RetryBudget budget = new RetryBudget(0.2, 10, now);
        call(budget, 1_000);

        assertThat(budget.available(now)).isEqualTo(200);
        assertThat(spent(budget, 1_000)).isEqualTo(200);
    }

    @Test
    void grantsNothingWithoutCallsWhereThereIsNoFloor() {
        RetryBudget budget = new RetryBudget(0.2, 0, now);

        assertThat(spend(budget)).isFalse();
        call(budget, 4);
        assertThat(spend(budget)).isFalse();
        call(budget, 1);
        assertThat(spend(budget)).isTrue();
        assertThat(spend(budget)).isFalse();
    }

    @Test
    void forgetsCallsAfterTenSecondsAndRetriesAfterEleven() {
        RetryBudget budget = new RetryBudget(0.2, 1, now);
        call(budget, 1_000);
        assertThat(spent(budget, 1_000)).isEqualTo(200);

        now = ORIGIN + 9 * SECOND;
        assertThat(budget.available(now)).isZero();
        now = ORIGIN + 10 * SECOND;
        assertThat(budget.available(now)).isZero();
        now = ORIGIN + 11 * SECOND;
        assertThat(budget.available(now)).isEqualTo(10);
    }

    @Test
    void remembersNothingAfterALongRest() {
        RetryBudget budget = new RetryBudget(0.2, 1, now);
        call(budget, 1_000);
        spent(budget, 50);

        now += 3_600 * SECOND;

        assertThat(budget.available(now)).isEqualTo(10);
    }

    @Test
    void countsCallsOfATickThatLagsBehind() {
        RetryBudget budget = new RetryBudget(0.5, 0, now);
        now += SECOND;
        assertThat(budget.available(now)).isZero();

        budget.called(now - 1_000_000);
        budget.called(now - 1_000_000);

        assertThat(budget.available(now)).isEqualTo(1);
    }

    @Test
    void keepsWhatWasCountedWhenItsBoundsChange() {
        RetryBudget budget = new RetryBudget(0.2, 0, now);
        call(budget, 100);
        assertThat(spent(budget, 5)).isEqualTo(5);

        budget.resize(0.1, 0);
        assertThat(budget.available(now)).isEqualTo(5);
        budget.resize(0.04, 0);
        assertThat(budget.available(now)).isZero();
        budget.resize(0.04, 3);
        assertThat(budget.available(now)).isEqualTo(25);
    }

    @Test
    void holdsItsBoundOverEveryTenSecondsOfARandomStory() {
        double share = 0.3;
        int floor = 2;
        RetryBudget budget = new RetryBudget(share, floor, now);
        Random random = new Random(42);
        List<Long> calls = new ArrayList<>();
        List<Long> retries = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(100) == 0 ? random.nextLong(5 * SECOND) : random.nextLong(SECOND / 50);
            budget.called(now);
            calls.add(now);
            if (random.nextBoolean() && spend(budget)) {
                retries.add(now);
                double bound = Math.max(share * recent(calls), floor * 10);
                assertThat((double) recent(retries)).isLessThanOrEqualTo(bound);
            }
        }
        assertThat(retries.size()).isGreaterThan(3_000);
    }

    @Test
    void grantsNoMoreThanItHasUnderManyThreads() throws Exception {
        int threads = 16;
        int callsEach = 100_000;
        RetryBudget budget = new RetryBudget(0.2, 1, now);
        AtomicLong calls = new AtomicLong();
        AtomicLong granted = new AtomicLong();
        AtomicLong excess = new AtomicLong();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            done.add(executor.submit(() -> {
                start.await();
                for (int call = 0; call < callsEach; call++) {
                    calls.incrementAndGet();
                    budget.called(ORIGIN);
                    if (new Charge(budget).spend(ORIGIN)) {
                        long before = granted.incrementAndGet();
                        excess.accumulateAndGet(before - Math.max(10, calls.get() / 5), Math::max);
                    }
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : done) {
            each.get();
        }
        executor.shutdown();

        assertThat(excess.get()).isZero();
        assertThat(granted.get() + budget.available(ORIGIN)).isEqualTo(threads * callsEach / 5);
    }

    /** How many of these lie in the ten seconds up to now. */
    private long recent(List<Long> instants) {
        int index = instants.size() - 1;
        while (index >= 0 && now - instants.get(index) < 10 * SECOND) {
            index--;
        }
        return instants.size() - 1 - index;
    }

    private void call(RetryBudget budget, int times) {
        for (int call = 0; call < times; call++) {
            budget.called(now);
        }
    }

    private boolean spend(RetryBudget budget) {
        return new Charge(budget).spend(now);
    }

    private int spent(RetryBudget budget, int tries) {
        int spent = 0;
        for (int attempt = 0; attempt < tries; attempt++) {
            spent += spend(budget) ? 1 : 0;
        }
        return spent;
    }
}
