package dev.resilience.recovery;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Failures;
import dev.resilience.failure.Interrupts;
import dev.resilience.failure.Suppression;
import dev.resilience.recovery.Restarting.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does about failures what rules say.
 *
 * <p>The mark of a call is how many restarts had succeeded when it went in last, so that it is known which came after; until
 * the first one nothing is marked. Its memo is its {@link Course} from the first failure on, and before that, where it has
 * to wait for a restart before it goes in, the restart.
 */
final class RecoveryPolicy implements Policy {

    private static final double BUDGET_SHARE = 0.2;
    private static final int BUDGET_FLOOR = 10;

    private final Restarts restarts;
    private final RetryBudget budget;
    private final Isolations isolations;
    private final RecoveryNumbers numbers = new RecoveryNumbers();
    private final BrokenRules broken;
    private final Failures failures;
    private final Planner planner;
    private volatile Plan plan;

    RecoveryPolicy(String name, RecoveryConfiguration configuration, PolicyContext context, Restarts restarts) {
        this.restarts = restarts;
        this.budget = new RetryBudget(
                BUDGET_SHARE, BUDGET_FLOOR, context.time().ticker().nanos());
        this.isolations = new Isolations();
        this.broken = new BrokenRules(RecoveryKind.ID, name, context.events());
        this.failures = new Failures(context.classifiers(), broken);
        this.planner = new Planner(name, context, restarts, budget, isolations, numbers, broken);
        this.plan = planner.plan(configuration);
    }

    void reconfigure(RecoveryConfiguration configuration) {
        plan = planner.plan(configuration);
    }

    /** Retries further in say here what they gave up on, wherever they are. */
    @Override
    public boolean usesScope() {
        return true;
    }

    @Override
    public RetryBudget budget() {
        return budget;
    }

    @Override
    public Admission admit(Call call) {
        Object memo = call.memo();
        if (memo instanceof Course course) {
            return afterWait(call, course);
        }
        Admission inTheWay = memo == null ? inTheWay(call) : null;
        if (inTheWay != null) {
            return inTheWay;
        }
        call.countIn(budget);
        noteBegin(call);
        return Admission.proceed();
    }

    private @Nullable Admission inTheWay(Call call) {
        Admission refusal = isolations.refusal(call);
        return refusal == null && restarts.areUnderWay() ? waitForRestart(call) : refusal;
    }

    /** Who comes while something is restarted that rules restart waits for it: what he would call isn't there. */
    private @Nullable Admission waitForRestart(Call call) {
        Plan current = plan;
        long now = call.now();
        Run run = current.toWaitFor(now);
        if (run == null) {
            return null;
        }
        call.memo(run);
        return Admission.askAgain(run.signal(), run.leftNanos(current.maxWaitNanos(), now));
    }

    /** What failed before a restart goes in again after it, or fails with what it failed with, and the rule goes on. */
    private Admission afterWait(Call call, Course course) {
        Run run = course.waited();
        Throwable failure = call.failure();
        if (run == null || run.hasSucceeded() || failure == null) {
            course.plan().deeds().goesIn(call, course);
            noteBegin(call);
            return Admission.proceed();
        }
        if (run.failure() != null) {
            Suppression.into(failure, List.of(run.failure()));
        }
        course.waitedInVain();
        return Admission.fail(failure);
    }

    private void noteBegin(Call call) {
        long successes = restarts.successes();
        if (successes != 0) {
            call.mark(successes);
        }
    }

    @Override
    public Verdict settle(Call call) {
        Course course = call.memo() instanceof Course known ? known : null;
        if (call.outcome() == Outcome.VALUE) {
            return value(course);
        }
        return call.outcome() == Outcome.CANCELLED ? Verdict.proceed() : failed(call, course);
    }

    private Verdict value(@Nullable Course course) {
        if (course != null && course.acting() != null) {
            numbers.recovered.increment();
        }
        return Verdict.proceed();
    }

    private Verdict failed(Call call, @Nullable Course known) {
        Throwable failure = call.failure();
        if (failure == null) {
            return Verdict.proceed();
        }
        Course course = known == null ? new Course(plan) : known;
        Incident incident = new Incident(call, course, failure, failures.diagnose(failure));
        Verdict verdict = isForRules(call, failure) ? judged(incident) : null;
        if (verdict != null) {
            call.memo(course);
            return verdict;
        }
        return givenOut(incident);
    }

    /** An {@code Error} or an interrupt asks for an end, and so does whoever stops a call from outside. */
    private static boolean isForRules(Call call, Throwable failure) {
        boolean stopped = call.outcome() == Outcome.REFUSED && !(failure instanceof CallRejectedException);
        return failure instanceof Exception && !stopped && !Interrupts.isOne(failure);
    }

    private @Nullable Verdict judged(Incident incident) {
        Course course = incident.course();
        Rule before = course.acting();
        if (!course.takes(incident)) {
            return null;
        }
        Verdict verdict = course.goesOn(incident);
        if (verdict != null && before == null) {
            numbers.acted.increment();
        }
        return verdict;
    }

    private Verdict givenOut(Incident incident) {
        Course course = incident.course();
        course.suppressInto(incident.failure());
        if (course.wasWorthARetry()) {
            incident.call().scope().gaveUpOn(incident.failure());
        }
        return Verdict.proceed();
    }

    Snapshot snapshot() {
        Map<String, Number> shown = new LinkedHashMap<>();
        numbers.into(shown);
        shown.put("broken-rules", broken.count());
        return new Snapshot(RecoveryKind.READY, shown);
    }
}
