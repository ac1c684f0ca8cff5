package dev.resilience.recovery;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.Outcome;
import dev.resilience.Placement;
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
import java.time.Duration;
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
    private final Watchman watchman;
    private final RecoveryKeys keys;
    private final String name;
    private final PolicyContext context;
    private final Failures failures;
    private final Planner planner;
    private volatile Plan plan;

    RecoveryPolicy(String name, RecoveryConfiguration configuration, PolicyContext context, Restarts restarts) {
        this.name = name;
        this.context = context;
        this.restarts = restarts;
        this.budget = new RetryBudget(
                BUDGET_SHARE, BUDGET_FLOOR, context.time().ticker().nanos());
        this.broken = new BrokenRules(RecoveryKind.ID, name, context.events());
        this.isolations =
                new Isolations(configuration.maxKeys(), context.time(), new IsolationNews(name, numbers, broken));
        this.keys = new RecoveryKeys(isolations, context.time());
        this.watchman = new Watchman(name, configuration, context.time(), broken);
        this.failures = new Failures(context.classifiers(), broken);
        this.planner = new Planner(name, context, restarts, budget, isolations, numbers, broken);
        this.plan = planner.plan(configuration);
    }

    /** What can't be planned changes nothing. */
    void reconfigure(RecoveryConfiguration configuration) {
        plan = planner.plan(configuration);
        isolations.maxKeys(configuration.maxKeys());
        watchman.reconfigure(configuration);
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

    /** Waits for restarts are no part of it: they are no rule's daily bread. */
    @Override
    public Duration longest(Duration furtherIn, Placement placement) {
        return placement.mayBeRepeated() ? plan.longest(furtherIn) : furtherIn;
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
        watchman.called(call);
        restarts.note(call);
        return Admission.proceed();
    }

    private @Nullable Admission inTheWay(Call call) {
        long left = isolations.leftNanos(call);
        if (left > 0) {
            Object key = call.key();
            return Admission.fail(new IsolatedException(name, key, left));
        }
        return restarts.areUnderWay() ? waitForRestart(call) : null;
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
        if (run == null || failure == null) {
            return Admission.proceed();
        }
        if (run.hasSucceeded() && course.plan().deeds().goesIn(call, course, run.restarting())) {
            return Admission.proceed();
        }
        if (run.failure() != null) {
            Suppression.into(failure, List.of(run.failure()));
        }
        course.waitedInVain();
        return Admission.fail(failure);
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
        if (course != null) {
            course.ended(true);
        }
        Rule saviour = course == null ? null : course.acting();
        if (saviour != null) {
            numbers.recovered.increment();
            watchman.acted(saviour, true);
        }
        return Verdict.proceed();
    }

    private Verdict failed(Call call, @Nullable Course known) {
        Throwable failure = call.failure();
        if (failure == null) {
            return Verdict.proceed();
        }
        Course course = known == null ? new Course(plan) : known;
        course.ended(false);
        Incident incident = new Incident(call, course, failure, failures.diagnose(failure));
        if (!course.isSettled() && !(failure instanceof CallRejectedException)) {
            watchman.failed(call, failure);
        }
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
        if (!course.takes(incident)) {
            return null;
        }
        if (course.acting() != course.rule()) {
            helpedNothing(course);
        }
        boolean isFirst = course.acting() == null;
        Verdict verdict = course.goesOn(incident);
        if (verdict != null && isFirst) {
            numbers.acted.increment();
        }
        return verdict;
    }

    private void helpedNothing(Course course) {
        Rule vain = course.actedInVain();
        if (vain != null) {
            watchman.acted(vain, false);
        }
    }

    private Verdict givenOut(Incident incident) {
        Course course = incident.course();
        helpedNothing(course);
        course.suppressInto(incident.failure());
        if (course.wasWorthARetry()) {
            incident.call().scope().gaveUpOn(incident.failure());
        }
        return Verdict.proceed();
    }

    RecoveryKeys keys() {
        return keys;
    }

    Snapshot snapshot() {
        Plan current = plan;
        Map<String, Number> shown = new LinkedHashMap<>();
        numbers.into(shown);
        watchman.into(shown, current.rules());
        shown.put("broken-rules", broken.count());
        shown.put("isolated-keys", isolations.isolatedKeys());
        shown.put("shared-keys", isolations.sharing());
        shown.put("missing-keys", isolations.missingKeys());
        return new Snapshot(state(current), shown, details(current));
    }

    private String state(Plan current) {
        if (isolations.leftNanosOfEverybody() > 0 || isolations.isolatedKeys() > 0) {
            return RecoveryKind.ISOLATED;
        }
        return current.isRestarting() ? RecoveryKind.RESTARTING : RecoveryKind.READY;
    }

    private Map<String, Object> details(Plan current) {
        Map<String, Object> details = new LinkedHashMap<>();
        long left = isolations.leftNanosOfEverybody();
        if (left > 0) {
            details.put("isolated-until", context.time().wall().instant().plusNanos(left));
        }
        watchman.details(details, current.rules());
        if (isolations.isFull()) {
            details.put(Snapshot.ATTENTION, RoomWords.of(isolations));
        }
        return details;
    }
}
