package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.execution.World.Member;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several policies of one pipeline that send calls in again, each with a budget. */
class BudgetsOfAPipelineTest {

    private static final long NOW = new ManualTime().nanos();

    private final World world = new World(new ManualTime().time());
    private final Persistent outer = new Persistent(0, 1);
    private final Persistent inner = new Persistent(1, 0);

    @AfterEach
    void atRest() {
        world.assertAtRest();
    }

    @Test
    void aRetryFurtherInIsOneFurtherOut() throws Exception {
        inner.tries = 2;

        world.pipeline(outer, inner).call(failing(1));

        assertThat(outer.left()).isEqualTo(9);
    }

    @Test
    void aRetryFurtherOutIsOneFurtherInAndNoCall() throws Exception {
        outer.tries = 2;

        world.pipeline(outer, inner).call(failing(1));
        assertThat(outer.left()).isEqualTo(9);
        assertThat(inner.left()).as("a call and a retry").isZero();
        world.pipeline(inner).call(failing(0));
        assertThat(inner.left()).as("a call more").isEqualTo(1);
    }

    @Test
    void whoeverSendsInAgainWithoutABudgetMakesRetriesOfThoseFurtherIn() throws Exception {
        ScriptedPolicy stubborn = new ScriptedPolicy().settling(Verdict.tryAgain(0));
        Pipeline pipeline = world.pipeline(stubborn, inner);

        pipeline.call(failing(0));
        assertThat(inner.left()).as("a call and a retry").isZero();
        pipeline.call(failing(0));
        assertThat(inner.left()).as("a call more").isEqualTo(1);
    }

    @Test
    void soDoesItInsideTheMethod() throws Exception {
        ScriptedPolicy stubborn = new ScriptedPolicy().settling(Verdict.tryAgain(0));
        Pipeline inside = world.pipeline(inner);

        world.pipeline(stubborn).call(() -> inside.call(failing(0)));

        assertThat(inner.left()).as("a call and a retry").isZero();
        inside.call(failing(0));
        assertThat(inner.left()).as("a call more").isEqualTo(1);
    }

    @Test
    void everyFurtherTryIsPaidForAnew() throws Exception {
        outer.tries = 3;
        inner.budget.resize(0, 1);

        world.pipeline(outer, inner).call(failing(2));

        assertThat(outer.left()).isEqualTo(8);
        assertThat(inner.left()).isEqualTo(8);
    }

    @Test
    void whoGoesInAgainAfterAWaitRepeatsWhatWasInsideTheMethod() throws Exception {
        outer.tries = 2;
        outer.signal = CompletableFuture.completedFuture("now");
        Pipeline inside = world.pipeline(inner);
        Callable<Object> body = failing(1);

        world.pipeline(outer).call(() -> {
            inside.call(failing(0));
            return body.call();
        });

        assertThat(outer.left()).isEqualTo(9);
        assertThat(inner.left()).as("a call and a retry").isZero();
    }

    @Test
    void aRetryThatOnlyPretendsIsNoneToAnybodyElse() throws Exception {
        Persistent pretending = new Persistent(0, 1);
        pretending.tries = 2;
        outer.tries = 2;
        Pipeline inside = world.pipeline(inner);
        Callable<Object> body = failing(1);

        world.pipeline(List.of(new Member(outer, Mode.ENFORCED), new Member(pretending, Mode.SHADOW)))
                .call(() -> {
                    inside.call(failing(0));
                    return body.call();
                });

        assertThat(pretending.left())
                .as("the one it would have made, and the one that was made")
                .isEqualTo(8);
        assertThat(outer.left()).as("the one that was made").isEqualTo(9);
        assertThat(inner.left()).as("a call and a retry").isZero();
    }

    private static Callable<Object> failing(int times) {
        AtomicInteger calls = new AtomicInteger();
        return () -> {
            if (calls.incrementAndGet() <= times) {
                throw new IllegalStateException("down");
            }
            return "ok";
        };
    }

    /** Tries failed calls again as often as it is told and as its budget allows. */
    private static final class Persistent implements Policy {
        private final RetryBudget budget;
        private int tries = 1;
        private @Nullable CompletionStage<?> signal;

        private Persistent(double share, int floor) {
            this.budget = new RetryBudget(share, floor, NOW);
        }

        private long left() {
            return budget.available(NOW);
        }

        @Override
        public RetryBudget budget() {
            return budget;
        }

        @Override
        public Admission admit(Call call) {
            if (call.memo() == null) {
                call.countIn(budget);
            } else {
                call.spendTry(budget);
            }
            return Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            if (signal != null && call.outcome() == Outcome.FAILURE && call.attempt() < tries) {
                call.memo(signal);
                return Verdict.askAgain(signal, 1);
            }
            boolean again = call.outcome() == Outcome.FAILURE && call.attempt() < tries && call.spendTry(budget);
            return again ? Verdict.tryAgain(0) : Verdict.proceed();
        }
    }
}
