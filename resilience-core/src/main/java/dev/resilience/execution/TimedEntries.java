package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import org.jspecify.annotations.Nullable;

/** What limits and delays a call: its deadlines, those around it, and the waits that none of them may be outlasted by. */
abstract class TimedEntries extends Entries {

    /** Makes an alarm that knows how to end a call of this shape. */
    @FunctionalInterface
    interface Alarms {
        Alarm alarm();
    }

    private final @Nullable Alarms alarms;

    /** @param alarms null where those of the thread will do, whose cell it is */
    TimedEntries(
            Route route,
            Object[] arguments,
            @Nullable Object @Nullable [] cell,
            @Nullable Alarms alarms,
            @Nullable CallScope around,
            @Nullable Object context) {
        super(route, arguments, cell, around, context);
        this.alarms = alarms;
    }

    final void arm(Admission.ProceedWithin limit) {
        Deadlines deadlines = route.runtime.deadlines();
        Alarm alarm = alarms == null ? deadlines.interrupting(cell) : alarms.alarm();
        long setting = deadlines.set(alarm, limit.nanos());
        innermost = hasScope()
                ? new Deadline(limit, position, innermost, alarm, setting)
                : alarm.deadline(limit, position, innermost, setting);
    }

    /** The alarms of the thread where they stand in for the scope of this call inside it, or null. */
    final @Nullable ThreadAlarms lentBy(@Nullable Object[] ofThread) {
        boolean outermost = ofThread == cell && ofThread[ThreadCell.CALL] == null;
        return innermost == null || !outermost || route.publishesScope || hasScope() ? null : innermost.lentBy(route);
    }

    /** The outermost deadline of this call that the watchdog has seen pass, or null. */
    final @Nullable Deadline outermostFired() {
        return innermost == null ? null : innermost.outermostFired();
    }

    /** The outermost deadline of this call that has passed by now, or null. What was too quick for a look is not late. */
    final @Nullable Deadline outermostOver() {
        if (innermost == null || !innermost.mayBeOver()) {
            return null;
        }
        newWalk();
        innermost.expireWhatIsOver(now());
        return innermost.outermostFired();
    }

    /** The expiry of a call around this one, if there is one whose time is over. */
    final @Nullable CallTimedOutException expiryAround() {
        CallScope outer = outerScope();
        return outer == null ? null : outer.expiry();
    }

    /** The time of a call around this one has won. */
    final void expireWith(CallTimedOutException expiry) {
        plain = false;
        troubled = true;
        value = null;
        outcome = Outcome.EXPIRED;
        failure = expiry;
    }

    /** No wait outlasts a deadline. */
    final void beginWait(long nanos) {
        plain = false;
        long least = remainingOutside(Route.MOST_STAGES, now());
        CallScope outer = outerScope();
        long most = outer == null ? least : Math.min(least, outer.remainingAt(now()));
        detour().beginWait(position, now(), most == Long.MAX_VALUE ? nanos : Math.max(0, Math.min(nanos, most)));
    }

    final void endWait() {
        if (hasDetour() && detour().waitingAt != NOWHERE) {
            newWalk();
            route.stages[detour().waitingAt].tally().countWait(now() - detour().waitingSince);
            detour().endWait();
        }
    }
}
