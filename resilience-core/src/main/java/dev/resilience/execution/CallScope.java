package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import dev.resilience.Priority;
import dev.resilience.Scope;
import dev.resilience.budget.RetryBudget;
import dev.resilience.failure.Causes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The scope of one call, linked to the scope of the guarded call around it.
 *
 * <p>A blocking or future-valued call finds the one around it on its thread; a subscription finds it in its Reactor
 * context. Words spoken in a scope are heard in all scopes around it.
 */
final class CallScope implements Scope {

    /** A result that is null, where a null says that there is none. */
    private static final Object NULL = new Object();

    private final @Nullable CallScope around;
    private final Route route;
    private final @Nullable CallView call;
    private final @Nullable Deadline ofBody;
    private final int priority;
    private final @Nullable Passages passages;
    private volatile @Nullable Object gaveUpOn;
    private volatile @Nullable Work work;

    /** What a policy of the call works on, which stands at this position; linked to what was begun before. Immutable. */
    private record Work(Object task, int position, @Nullable Work earlier) {

        private static @Nullable Work without(@Nullable Work newest, Predicate<Work> left) {
            if (newest == null) {
                return null;
            }
            Work earlier = without(newest.earlier, left);
            return left.test(newest) ? earlier : new Work(newest.task, newest.position, earlier);
        }
    }

    CallScope(@Nullable CallScope around, CallView call) {
        this.around = around;
        this.route = call.route;
        this.call = call;
        this.ofBody = null;
        this.priority = call.priorityInside(around);
        this.passages = route.mayInvokeAgain() ? new Passages(call.ownBudgets()) : null;
    }

    /** The scope of one body of a call, whose time is that of these deadlines, not what the call has meanwhile. */
    CallScope(CallScope ofCall, Deadline innermost) {
        this(ofCall, innermost, ofCall.priority);
    }

    /**
     * The scope around the tries of a call that race: they belong to it, but to no policy in particular.
     *
     * @param priority that of the calls around the call, for policies inside that say nothing of their own
     */
    CallScope(CallScope ofCall, @Nullable Deadline innermost, int priority) {
        this.around = ofCall;
        this.route = ofCall.route;
        this.call = ofCall.call;
        this.ofBody = innermost;
        this.priority = priority;
        this.passages = null;
    }

    /** The scope of an outermost call that has nothing but these deadlines; see {@link ThreadAlarms}. */
    CallScope(Route route, Deadline innermost) {
        this.around = null;
        this.route = route;
        this.call = null;
        this.ofBody = innermost;
        this.priority = Priority.NORMAL;
        this.passages = null;
        innermost.show();
    }

    /** The scope of the guarded call the current thread is in, or null. */
    static @Nullable CallScope current() {
        return current(ThreadCell.own());
    }

    /** The scope of the guarded call that the thread of this cell is in, or null. */
    static @Nullable CallScope current(@Nullable Object[] cell) {
        Object entered = cell[ThreadCell.CALL];
        return entered == null ? lent(cell) : of(entered);
    }

    private static @Nullable CallScope lent(@Nullable Object[] cell) {
        ThreadAlarms alarms = Deadlines.last(cell);
        CallScope scope = alarms == null ? null : alarms.scope();
        if (scope != null) {
            cell[ThreadCell.CALL] = scope;
        }
        return scope;
    }

    /** Makes this the call that the thread is in, and gives what was before, for {@link #leave}. */
    static @Nullable Object enter(@Nullable Object[] cell, CallView call) {
        Object before = cell[ThreadCell.CALL];
        call.isInside(of(before));
        cell[ThreadCell.CALL] = call;
        return before;
    }

    /** Makes this the scope that the thread is in, and gives what was before, for {@link #leave}. */
    static @Nullable Object enter(@Nullable Object[] cell, CallScope scope) {
        Object before = cell[ThreadCell.CALL];
        cell[ThreadCell.CALL] = scope;
        return before;
    }

    /** Undoes an enter. */
    static void leave(@Nullable Object[] cell, @Nullable Object before) {
        cell[ThreadCell.CALL] = before;
    }

    private static @Nullable CallScope of(@Nullable Object entered) {
        return entered instanceof CallView call ? call.ownScope() : (CallScope) entered;
    }

    @Nullable CallScope around() {
        return around;
    }

    /** What passes budgets inside this call; null where it can't be sent in again, or where the scope is of a body alone. */
    @Nullable Passages passages() {
        return passages;
    }

    /** A call inside passes this budget. */
    Passages.Pass pass(RetryBudget budget) {
        return passages == null || call == null ? Passages.Pass.NEW : passages.pass(budget, call.attempt);
    }

    /** What the deadlines of this call and of those around it leave of the time. */
    long remainingAt(long instant) {
        long least = Long.MAX_VALUE;
        for (CallScope scope = this; scope != null; scope = scope.furtherOut()) {
            Deadline innermost = scope.innermost();
            least = innermost == null ? least : Math.min(least, innermost.leastRemaining(instant, Route.MOST_STAGES));
        }
        return least;
    }

    /** How important this call is, and what runs inside it without saying otherwise. */
    int priority() {
        return priority;
    }

    /** The deadline of this call, or of one around it, that passes first; null if there is none. */
    @Nullable ScopedDeadline firstDeadline() {
        ScopedDeadline first = null;
        long instant = route.runtime.time().ticker().nanos();
        for (CallScope scope = this; scope != null; scope = scope.furtherOut()) {
            ScopedDeadline own = scope.firstOwn(instant);
            first = first == null || own != null && own.passesBefore(first) ? own : first;
        }
        return first;
    }

    /** The expiry of this call, or of one around it, if there is one whose time is over. Reads a clock only if it may be. */
    @Nullable CallTimedOutException expiry() {
        for (CallScope scope = this; scope != null; scope = scope.furtherOut()) {
            Deadline innermost = scope.innermost();
            if (innermost != null && innermost.mayBeOver()) {
                ScopedDeadline first = firstDeadline();
                return first != null && first.isOver() ? first.timedOut() : null;
            }
        }
        return null;
    }

    private @Nullable ScopedDeadline firstOwn(long instant) {
        Deadline innermost = innermost();
        Deadline first = innermost == null ? null : innermost.first(instant);
        if (first == null) {
            return null;
        }
        return new ScopedDeadline(route, first, instant);
    }

    private @Nullable Deadline innermost() {
        return call == null || ofBody != null ? ofBody : call.innermost;
    }

    private @Nullable CallScope furtherOut() {
        return ofBody == null || around == null ? around : around.around;
    }

    @Override
    public void gaveUpOn(@Nullable Object outcome) {
        Object told = outcome == null ? NULL : outcome;
        for (CallScope scope = this; scope != null; scope = scope.around) {
            scope.gaveUpOn = told;
        }
    }

    @Override
    public boolean gaveUp(@Nullable Object outcome) {
        Object known = gaveUpOn;
        if (known == null || !(outcome instanceof Throwable failure)) {
            return known != null && known == (outcome == null ? NULL : outcome);
        }
        return Causes.first(failure, cause -> cause == known) != null;
    }

    @Override
    public void working(Object task) {
        work = new Work(task, call == null ? 0 : call.position, work);
    }

    @Override
    public void worked(Object task) {
        work = Work.without(work, done -> done.task == task);
    }

    /** What the policy at this position works on is from now on the work of the other call. */
    void handWork(int position, CallView to) {
        Work handed = Work.without(work, own -> own.position != position);
        if (handed != null) {
            to.ownScope().work = handed;
            work = Work.without(work, own -> own.position == position);
        }
    }

    @Override
    public List<Object> work() {
        List<Object> tasks = new ArrayList<>();
        for (CallScope scope = this; scope != null; scope = scope.around) {
            for (Work own = scope.work; own != null; own = own.earlier) {
                tasks.add(own.task);
            }
        }
        return tasks;
    }
}
