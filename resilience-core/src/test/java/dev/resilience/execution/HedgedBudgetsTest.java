package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.execution.ContractTest.Boom;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What budgets are told of where tries race; theirs allow as many retries as there were calls. */
class HedgedBudgetsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final Budgeted outer = new Budgeted();
    private final Budgeted inner = new Budgeted();

    @AfterEach
    void everythingIsGivenBack() {
        time.advance(Duration.ofMinutes(1));
        world.assertAtRest();
    }

    @Test
    void countOneCallEachForACallThatEndsInTime() throws Throwable {
        call(world.pipeline(outer.hedging(), inner), Work.gives("first"));

        assertThat(List.of(outer.left(), inner.left())).containsExactly(1L, 1L);
    }

    @Test
    void takeAHedgeForARetryFurtherInToo() throws Throwable {
        call(
                world.pipeline(outer.hedging(), inner),
                Work.gives("first").after(SECOND.multipliedBy(2)),
                Work.gives("hedge"));
        time.advance(SECOND);

        assertThat(List.of(outer.left(), inner.left())).containsExactly(0L, 0L);
    }

    @Test
    void takeARetryOutsideForARetryFurtherInToo() throws Throwable {
        call(world.pipeline(outer.hedging().retrying(), inner), Work.fails(new Boom()), Work.gives("second"));

        assertThat(List.of(outer.left(), inner.left())).containsExactly(0L, 0L);
    }

    @Test
    void takeARetryFurtherInForARetryOutsideToo() throws Throwable {
        call(world.pipeline(outer.hedging(), inner.retrying()), Work.fails(new Boom()), Work.gives("second"));

        assertThat(List.of(outer.left(), inner.left())).containsExactly(0L, 0L);
    }

    @Test
    void takeAHedgeForARetryOfGuardedCallsInTheMethod() throws Throwable {
        Pipeline inside = world.pipeline(inner);
        CompletableFuture<Object> first = new CompletableFuture<>();
        CompletableFuture<Object> hedge = CompletableFuture.completedFuture("hedge");
        Queue<CompletableFuture<Object>> works = new ArrayDeque<>(List.of(first, hedge));

        world.pipeline(outer.hedging()).callAsync(() -> inside.callAsync(works::remove));
        time.advance(SECOND);

        assertThat(List.of(outer.left(), inner.left())).containsExactly(0L, 0L);
    }

    private void call(Pipeline pipeline, Work... works) throws Throwable {
        Queue<Work> left = new ArrayDeque<>(List.of(works));
        Dialect.STAGE.begin(pipeline, Dialect.STAGE.body(left::remove, time), time, null);
    }

    /** Counts every call in its budget, and asks it for every further try. */
    private final class Budgeted implements Policy, Hedger {
        private final RetryBudget budget = new RetryBudget(1, 0, time.nanos());
        private boolean hedges;
        private boolean retries;

        private Budgeted hedging() {
            hedges = true;
            return this;
        }

        private Budgeted retrying() {
            retries = true;
            return this;
        }

        private long left() {
            return budget.available(time.nanos());
        }

        @Override
        public Admission admit(Call call) {
            call.countIn(budget);
            return Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            boolean again = retries && call.failure() != null && call.spendTry(budget);
            return again ? Verdict.tryAgain(0) : Verdict.proceed();
        }

        @Override
        public RetryBudget budget() {
            return budget;
        }

        @Override
        public boolean usesScope() {
            return true;
        }

        @Override
        public @Nullable Hedger hedger() {
            return hedges ? this : null;
        }

        @Override
        public long hedgeAfterNanos(Call call) {
            return SECOND.toNanos();
        }

        @Override
        public boolean grantsHedge(Call call) {
            return call.spendTry(budget);
        }
    }
}
