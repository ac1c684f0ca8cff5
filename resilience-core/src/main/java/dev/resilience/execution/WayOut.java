package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Tally.Count;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The walks that lead a call outward, over the entries that are still open.
 *
 * <p>{@link #outwardFrom} asks every policy and obeys its verdict. {@link #expire} settles what is inside a passed deadline,
 * where verdicts are void, and then goes on outward from the deadline. {@link #giveUp} settles everything, and no verdict
 * counts.
 */
abstract class WayOut extends TimedEntries {

    /** Where the walks end: 0, or the policy that asked for a refresh, or just inside the policy that hedges. */
    final int floor;

    /** Whether its body is a race of tries. */
    final boolean races;

    private final boolean detached;
    private final boolean isTry;

    /** Whether the method, or what the call was diverted to, is running. */
    boolean bodyRuns;

    /**
     * @param races whether everything inside the policy that hedges is left to tries that race
     * @see TimedEntries
     */
    WayOut(
            Route route,
            Object[] arguments,
            @Nullable Object @Nullable [] cell,
            @Nullable Alarms alarms,
            @Nullable CallScope around,
            @Nullable Object context,
            boolean races) {
        super(route, arguments, cell, alarms, around, context);
        this.floor = 0;
        this.races = races;
        this.detached = false;
        this.isTry = false;
    }

    /**
     * The inner rest of the other call, from the policy that asked for a refresh. It has a scope of its own and none
     * around: nobody waits for it, so neither the caller's deadlines nor his work are its ambience.
     */
    WayOut(WayOut origin, Alarms alarms) {
        super(origin.route, origin.arguments(), null, alarms, null, origin.context);
        inherit(origin);
        this.floor = origin.detour().forkAt;
        this.races = origin.races;
        this.detached = true;
        this.isTry = origin.isTry;
        this.position = floor + 1;
        this.open = bit(floor);
        this.plain = false;
        forgetInside(floor);
    }

    /** A try of what the other call leaves to tries that race. It has a scope and deadlines of its own inside the other's. */
    WayOut(WayOut origin, CallScope around, Alarms alarms) {
        super(origin.route, origin.arguments(), null, alarms, around, origin.context);
        inherit(origin);
        this.floor = origin.end();
        this.races = false;
        this.detached = true;
        this.isTry = true;
        this.position = floor;
        this.attempt = origin.attempt;
        this.plain = false;
        forgetInside(floor - 1);
    }

    /** To the budgets further out, what a try passes is what a guarded call inside would pass. */
    @Override
    final List<RetryBudget> ownBudgets() {
        if (isTry) {
            return route.budgetsOfTries;
        }
        return races ? route.budgetsAroundTries : route.budgets;
    }

    /** The first stage that this call doesn't go into: there is none, or tries that race go on from there. */
    final int end() {
        return races ? route.hedgedAt + 1 : route.stages.length;
    }

    /** The walk inward goes on from the position. */
    abstract Step inward();

    /** Asks every policy from here on outward. */
    final Step outwardFrom(int start) {
        newWalk();
        position = start;
        while (position >= floor) {
            if (isOpen(position)) {
                Step step = leave(route.stages[position], start);
                if (step != null) {
                    return step;
                }
            }
            position--;
        }
        if (plain) {
            countPlain();
        } else {
            countEnd();
        }
        return Step.DONE;
    }

    private void countPlain() {
        if (cell == null) {
            route.plain.increment();
        } else {
            route.plain.increment(cell);
        }
    }

    /** The call has ended, and wasn't plain. What runs detached, or is only a try of a call, is nobody's call. */
    final void countEnd() {
        if (!detached) {
            route.ends.count(outcome, troubled && !isGivenUp(), cell);
        }
    }

    /** Whether a policy would rather have had another value than the one that goes out. */
    private boolean isGivenUp() {
        return hasScope() && ownScope().gaveUp(value);
    }

    /** One stage further out, or the step that keeps the call from going there. */
    private @Nullable Step leave(Stage stage, int start) {
        Verdict verdict = close(stage, start);
        if (verdict == Verdict.Proceed.INSTANCE) {
            if (!plain) {
                countOutcome();
            }
            return null;
        }
        notPlain(start);
        return obey(stage, verdict);
    }

    private @Nullable Step obey(Stage stage, @Nullable Verdict verdict) {
        if (verdict == null) {
            fail(withEarlier(new IllegalStateException(stageInWords(position) + " answered null")));
            countOutcome();
            return null;
        }
        if (streaming && verdict.step() != Verdict.Step.FAIL) {
            countOutcome();
            return null;
        }
        return switch (verdict.step()) {
            case PROCEED -> null;
            case TRY_AGAIN -> tryAgain(stage, (Verdict.TryAgain) verdict);
            case ASK_AGAIN -> askAgain((Verdict.AskAgain) verdict);
            case DIVERT -> divert(stage, ((Verdict.Divert) verdict).target());
            case RETURN -> replace(stage, ((Verdict.Return) verdict).value());
            case FAIL -> {
                fail(((Verdict.Fail) verdict).cause());
                countOutcome();
                yield null;
            }
        };
    }

    private Step tryAgain(Stage stage, Verdict.TryAgain again) {
        attempt++;
        troubled = true;
        forgetInside(position);
        EventWriter.triedAgain(route, stage, attempt, again.waitNanos(), again.of(), failure);
        enter(stage, Mode.ENFORCED);
        if (again.waitNanos() == 0) {
            position++;
            return inward();
        }
        beginWait(again.waitNanos());
        position++;
        return Step.PAUSE;
    }

    /** Whether it goes in again the policy says when the wait is over; until then nothing is counted or told. */
    private Step askAgain(Verdict.AskAgain again) {
        forgetInside(position);
        enter(route.stages[position], Mode.ENFORCED);
        beginWait(again.withinNanos());
        detour().signal = again.signal();
        detour().wentOut(now());
        return Step.AWAIT;
    }

    private Step divert(Stage stage, Target target) {
        EventWriter.diverted(route, stage, failure);
        enter(stage, Mode.ENFORCED);
        detour().diversion = target;
        bodyRuns = true;
        return Step.INVOKE;
    }

    private @Nullable Step replace(Stage stage, @Nullable Object replacement) {
        EventWriter.replaced(route, stage, failure);
        succeed(replacement);
        count(position, Count.ANSWERED);
        return null;
    }

    /**
     * A deadline has passed: inside it everything is settled with the expiry; then the walk goes on outward. It stands until
     * then, so that nobody inside believes there is time left.
     */
    final Step expire(Deadline deadline) {
        int at = deadline.position;
        innermost.show();
        endWait();
        newWalk();
        silence(deadline);
        expireWith(route.stages[at], deadline);
        abandonBody((CallTimedOutException) failure);
        settleDownTo(at + 1);
        takeDeadline(at);
        return outwardFrom(at);
    }

    /** From the inside out, as a thread uses its alarms; and before anybody hears of it, who may make calls of his own. */
    private void silence(Deadline passed) {
        Deadline inside = innermost;
        while (inside != passed) {
            inside.disarm();
            inside = inside.outer;
        }
        passed.disarm();
    }

    /** Settles everything, and no verdict counts. */
    final void giveUp() {
        endWait();
        abandonBody(null);
        newWalk();
        plain = false;
        value = streaming ? value : null;
        failure = null;
        outcome = streaming ? Outcome.VALUE : Outcome.CANCELLED;
        settleDownTo(floor);
        countEnd();
    }

    /** The time of a call around this one is over: everything is settled with its expiry, and no verdict counts. */
    final void expireAround(CallTimedOutException expiry) {
        endWait();
        abandonBody(expiry);
        newWalk();
        expireWith(expiry);
        settleDownTo(floor);
    }

    private void abandonBody(@Nullable CallTimedOutException expiry) {
        if (bodyRuns) {
            bodyRuns = false;
            leaveBehind(expiry);
        }
    }

    /** Work of the body goes on without the call: what is held until bodies end is held until its end is told. */
    final Abandoned leaveBehind(@Nullable CallTimedOutException expiry) {
        Abandoned left = new Abandoned(open & (route.held | route.hearing), detour().abandoned, expiry);
        detour().abandoned = left;
        return left;
    }
}
