package dev.resilience.retry;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.Outcome;
import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Diagnosis;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tries a call again that failed, or gave a result that isn't good enough.
 *
 * <p>A call that succeeds at once costs one count in the budget and reads no clock. The mark holds the beginning of the
 * first attempt, where {@code max-duration} asks for it; the memo holds the {@link Attempts}, from the first failure
 * on. Both have to outlive {@link Verdict.TryAgain}.
 *
 * <p>The last failure goes out as it is, with the earlier ones suppressed; so does the last result. Whenever one goes out
 * that was worth a retry, the guards further out are told, so that layers of retries don't multiply; that goes for methods that must
 * not be repeated, too.
 */
final class RetryPolicy implements Policy {

    private final PolicyContext context;
    private final Time time;
    private final BrokenRules broken;
    private final RetryBudget budget;
    private final RetryNumbers numbers = new RetryNumbers();
    private final @Nullable Hedges hedges;
    private volatile Plan plan;

    RetryPolicy(String name, RetryConfiguration configuration, PolicyContext context) {
        this.context = context;
        this.time = context.time();
        this.broken = new BrokenRules(RetryKind.ID, name, context.events());
        this.budget = new RetryBudget(share(configuration), configuration.budgetFloor(), now());
        this.plan = plan(configuration);
        resize(configuration);
        HedgeAfter hedgeAfter = configuration.hedgeAfter();
        this.hedges = hedgeAfter == null ? null : new Hedges(hedgeAfter, budget, () -> plan, now());
    }

    void reconfigure(RetryConfiguration configuration) {
        if (hedges == null) {
            Hedges.checkNone(configuration.hedgeAfter());
        } else {
            hedges.reconfigure(configuration.hedgeAfter());
        }
        plan = plan(configuration);
        resize(configuration);
    }

    private Plan plan(RetryConfiguration configuration) {
        return new Plan(configuration, new RetryRules(configuration, context, broken));
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

    @Override
    public @Nullable Hedger hedger() {
        return hedges;
    }

    /** Retries further in say here what they gave up on, wherever they are. */
    @Override
    public boolean usesScope() {
        return true;
    }

    /** A method that must not be repeated is attempted once. */
    @Override
    public Duration longest(Duration furtherIn, Placement placement) {
        return placement.mayBeRepeated() ? plan.longest(furtherIn) : furtherIn;
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
        return call.outcome() == Outcome.VALUE ? gave(call) : failed(call);
    }

    private Verdict gave(Call call) {
        Plan current = plan;
        if (current.judgesResults() && current.rules().retryResult(call.value()) && !call.hasGoneOut()) {
            Object result = call.value();
            return shortfall(call, current, result, null, current.rules().askedBy(result));
        }
        if (call.memo() instanceof Attempts attempts && attempts.failed() > 0) {
            numbers.ended(Ending.SUCCEEDED_AFTER_RETRY);
        }
        return Verdict.proceed();
    }

    private Verdict failed(Call call) {
        Throwable failure = call.failure();
        if (failure == null) {
            return Verdict.proceed();
        }
        if (isClosed(call.outcome()) || call.hasGoneOut()) {
            return givenOut(call, failure, Ending.NOT_RETRIED);
        }
        Plan current = plan;
        Diagnosis diagnosis = current.rules().diagnose(failure);
        return current.rules().retryFailure(failure, diagnosis)
                ? shortfall(call, current, failure, failure, diagnosis.retryAfter())
                : givenOut(call, failure, Ending.NOT_RETRIED);
    }

    /** A refusal or a cancellation is final whatever was thrown; a refusal is frequent and not looked into. */
    private static boolean isClosed(Outcome outcome) {
        return outcome == Outcome.REFUSED || outcome == Outcome.CANCELLED;
    }

    /** An attempt ended with something that is worth a retry: a failure, or a result that isn't good enough. */
    private Verdict shortfall(
            Call call,
            Plan current,
            @Nullable Object what,
            @Nullable Throwable failure,
            @Nullable Duration retryAfter) {
        if (call.scope().gaveUp(what)) {
            return givenOut(call, failure, Ending.NOT_RETRIED);
        }
        Attempts attempts = attempts(call);
        long asked = current.askedNanos(retryAfter);
        long wait = current.waitNanos(attempts, asked, time.random());
        Ending obstacle = obstacle(call, current, attempts, asked, wait);
        if (obstacle == null) {
            return again(call, current, attempts, failure, wait);
        }
        call.scope().gaveUpOn(what);
        return givenOut(call, failure, obstacle);
    }

    /** What keeps an attempt that is worth a retry from it; null where nothing does. The budget comes last: asking spends. */
    private @Nullable Ending obstacle(Call call, Plan current, Attempts attempts, long asked, long wait) {
        if (!call.mayBeRepeated()) {
            return Ending.NOT_RETRIED;
        }
        if (current.isLast(attempts.made())) {
            return Ending.EXHAUSTED;
        }
        if (current.isTooLong(asked)) {
            return Ending.ASKED_TO_WAIT_TOO_LONG;
        }
        if (!hasTime(call, current, wait)) {
            return Ending.OUT_OF_TIME;
        }
        return call.spendTry(budget) ? null : Ending.REFUSED_BY_BUDGET;
    }

    /** An attempt that would begin at a deadline could not end before it. */
    static boolean hasTime(Call call, Plan current, long wait) {
        if (wait >= call.remainingNanos()) {
            return false;
        }
        boolean unstamped = call.mark() == 0 || !current.hasMaxDuration();
        return unstamped || current.allowsAfter(call.now() - call.mark(), wait);
    }

    private Verdict again(Call call, Plan current, Attempts attempts, @Nullable Throwable failure, long wait) {
        attempts.retriedAfter(failure, wait);
        call.memo(attempts);
        numbers.retried();
        return Verdict.tryAgain(wait, current.maxAttempts());
    }

    /** A result goes out as it is, and with it nothing of what went before. */
    private Verdict givenOut(Call call, @Nullable Throwable failure, Ending ending) {
        if (failure != null) {
            attempts(call).suppressInto(failure);
        }
        numbers.ended(ending);
        return Verdict.proceed();
    }

    private static Attempts attempts(Call call) {
        Attempts known = (Attempts) call.memo();
        return known == null ? new Attempts() : known;
    }

    Snapshot snapshot() {
        Map<String, Number> shown = new LinkedHashMap<>();
        numbers.into(shown);
        if (hedges != null) {
            hedges.into(shown, now());
        }
        if (plan.hasBudget()) {
            shown.put("budget-available", budget.available(now()));
        }
        shown.put("broken-rules", broken.count());
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
