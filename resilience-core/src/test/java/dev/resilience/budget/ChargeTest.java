package dev.resilience.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChargeTest {

    private static final long NOW = 0;

    private final RetryBudget asked = new RetryBudget(0, 1, NOW);
    private final RetryBudget told = new RetryBudget(0, 1, NOW);

    @Test
    void takesARetryOutOfAllBudgets() {
        assertThat(new Charge(asked).seenBy(told).spend(NOW)).isTrue();

        assertThat(asked.available(NOW)).isEqualTo(9);
        assertThat(told.available(NOW)).isEqualTo(9);
    }

    @Test
    void isOneRetryToABudgetThatSeesItTwice() {
        new Charge(asked).seenBy(told).seenBy(told).seenBy(asked).spend(NOW);

        assertThat(asked.available(NOW)).isEqualTo(9);
        assertThat(told.available(NOW)).isEqualTo(9);
    }

    @Test
    void takesNothingWhereNothingIsLeft() {
        asked.resize(0, 0);

        assertThat(new Charge(asked).seenBy(told).spend(NOW)).isFalse();
        assertThat(told.available(NOW)).isEqualTo(10);
    }

    @Test
    void asksNobodyElse() {
        told.resize(0, 0);

        assertThat(new Charge(asked).seenBy(told).and(3, told).spend(NOW)).isTrue();
        told.resize(0, 1);
        assertThat(told.available(NOW)).isEqualTo(6);
    }

    @Test
    void asksForAllThatItWouldCostTheBudgetItAsks() {
        assertThat(new Charge(asked).and(10, asked).spend(NOW)).isFalse();
        assertThat(new Charge(asked).and(9, asked).spend(NOW)).isTrue();
        assertThat(asked.available(NOW)).isZero();
    }

    @Test
    void isGrantedWithoutEndByABudgetWithoutBounds() {
        asked.lift();

        assertThat(new Charge(asked).and(1_000_000, asked).spend(NOW)).isTrue();
        asked.resize(0, 1);
        assertThat(asked.available(NOW)).isZero();
    }

    @Test
    void neverGrantsTheLastRetryInTwoBudgetsAtOnce() throws Exception {
        int threads = 8;
        asked.resize(0, 10_000);
        told.resize(0, 10_000);
        AtomicInteger granted = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            RetryBudget own = thread % 2 == 0 ? asked : told;
            RetryBudget other = own == asked ? told : asked;
            done.add(executor.submit(() -> {
                start.await();
                while (new Charge(own).seenBy(other).spend(NOW)) {
                    granted.incrementAndGet();
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : done) {
            each.get();
        }
        executor.shutdown();

        assertThat(granted).hasValue(100_000);
    }
}
