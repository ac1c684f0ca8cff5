package dev.resilience.retry;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.failure.Diagnosis;
import dev.resilience.failure.Failures;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tries a failed call again.
 *
 * <p>A call that succeeds at once costs one count in the budget and reads no clock. The mark holds the beginning of the
 * first attempt, where {@code max-duration} asks for it; the memo holds the {@link Attempts}, from the first failure
 * on. Both have to outlive {@link Verdict.TryAgain}.
 *
 * <p>The last failure goes out as it is, with the earlier ones suppressed. Whenever a failure that was worth a retry
 * goes out, the guards further out are told, so that layers of retries don't multiply; that goes for methods that must
 * not be repeated, too.
 */
final class RetryPolicy implements Policy {

    private final Failures failures;
    private final Time time;
    private final RetryBudget budget;
    private final RetryNumbers numbers = new RetryNumbers();
    private volatile Plan plan;

    RetryPolicy(RetryConfiguration configuration, PolicyContext context) {
        this.failures = new Failures(context.classifiers());
        this.time = context.time();
        this.budget = new RetryBudget(share(configuration), configuration.budgetFloor(), now());
        resize(configuration);
        this.plan = new Plan(configuration);
    }

    void reconfigure(RetryConfiguration configuration) {
        resize(configuration);
        plan = new Plan(configuration);
    }

    /** Without bounds it still hears of all retries, because those around and inside have to. */
    private void resize(RetryConfiguration configuration) {
        if (configuration.budget()) {
            budget.resize(share(configuration), configuration.budgetFloor());
        } else {
            budget.lift();
        }
    }

    @Override
    public RetryBudget budget() {
        return budget;
    }

    /** Retries further in say here what they gave up on, wherever they are. */
    @Override
    public boolean usesScope() {
        return true;
    }

    /** A method that must not be repeated is attempted once. */
    @Override
    public Duration longest(Duration furtherIn, Placement placement) {
        boolean once = Boolean.FALSE.equals(placement.attribute(RetryKind.IDEMPOTENT));
        return once ? furtherIn : plan.longest(furtherIn);
    }

    @Override
    public Admission admit(Call call) {
        Plan current = plan;
        if (current.hasBudget()) {
            call.countIn(budget);
        }
        if (current.hasMaxDuration()) {
            call.mark(stamp(call.now()));
        }
        return Admission.proceed();
    }

    @Override
    public Verdict settle(Call call) {
        Attempts attempts = (Attempts) call.memo();
        if (call.outcome() != Outcome.VALUE) {
            return failed(call, attempts == null ? new Attempts() : attempts);
        }
        if (attempts != null) {
            numbers.ended(Ending.SUCCEEDED_AFTER_RETRY);
        }
        return Verdict.proceed();
    }

    private Verdict failed(Call call, Attempts attempts) {
        Throwable failure = call.failure();
        if (failure == null) {
            return Verdict.proceed();
        }
        if (isClosed(call.outcome())) {
            return givenOut(failure, attempts, Ending.NOT_RETRIED);
        }
        Plan current = plan;
        Diagnosis diagnosis = failures.diagnose(failure);
        if (!current.isWorthARetry(failure, diagnosis) || call.scope().gaveUp(failure)) {
            return givenOut(failure, attempts, Ending.NOT_RETRIED);
        }
        return judged(call, current, attempts, failure, diagnosis);
    }

    /** A refusal or a cancellation is final whatever was thrown; a refusal is frequent and not looked into. */
    private static boolean isClosed(Outcome outcome) {
        return outcome == Outcome.REFUSED || outcome == Outcome.CANCELLED;
    }

    private Verdict judged(Call call, Plan current, Attempts attempts, Throwable failure, Diagnosis diagnosis) {
        long wait = current.waitNanos(attempts, diagnosis, time.random());
        Ending obstacle = obstacle(call, current, attempts, diagnosis, wait);
        if (obstacle == null) {
            return again(call, current, attempts, failure, wait);
        }
        call.scope().gaveUpOn(failure);
        return givenOut(failure, attempts, obstacle);
    }

    /** What keeps a failure that is worth a retry from it; null where nothing does. The budget comes last: asking spends. */
    private @Nullable Ending obstacle(Call call, Plan current, Attempts attempts, Diagnosis diagnosis, long wait) {
        if (Boolean.FALSE.equals(call.attribute(RetryKind.IDEMPOTENT))) {
            return Ending.NOT_RETRIED;
        }
        if (current.isLast(attempts.failed() + 1)) {
            return Ending.EXHAUSTED;
        }
        if (current.isAskedTooMuch(diagnosis)) {
            return Ending.ASKED_TO_WAIT_TOO_LONG;
        }
        if (!hasTime(call, current, wait)) {
            return Ending.OUT_OF_TIME;
        }
        return call.spendTry(budget) ? null : Ending.REFUSED_BY_BUDGET;
    }

    /** An attempt that would begin at a deadline could not end before it. */
    private static boolean hasTime(Call call, Plan current, long wait) {
        if (wait >= call.remainingNanos()) {
            return false;
        }
        boolean unstamped = call.mark() == 0 || !current.hasMaxDuration();
        return unstamped || current.allowsAfter(call.now() - call.mark(), wait);
    }

    private Verdict again(Call call, Plan current, Attempts attempts, Throwable failure, long wait) {
        attempts.retriedAfter(failure, wait);
        call.memo(attempts);
        numbers.retried();
        return Verdict.tryAgain(wait, current.maxAttempts());
    }

    private Verdict givenOut(Throwable failure, Attempts attempts, Ending ending) {
        attempts.suppressInto(failure);
        numbers.ended(ending);
        return Verdict.proceed();
    }

    Snapshot snapshot() {
        Map<String, Number> shown = new LinkedHashMap<>();
        numbers.into(shown);
        if (plan.hasBudget()) {
            shown.put("budget-available", budget.available(now()));
        }
        return Snapshot.of(shown);
    }

    private long now() {
        return time.ticker().nanos();
    }

    private static double share(RetryConfiguration configuration) {
        return configuration.budgetShare() / 100;
    }

    /** Zero means "not stamped", as for calls that came in before a max-duration was configured. */
    private static long stamp(long now) {
        return now == 0 ? 1 : now;
    }
}
