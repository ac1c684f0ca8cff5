package dev.resilience.execution;

import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Priority;
import dev.resilience.Scope;
import dev.resilience.budget.RetryBudget;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the policies see of one call: the entry of the policy at the current position. Not thread-safe. */
class CallView extends CallMemory {

    long invoked;
    int attempt = 1;
    Outcome outcome = Outcome.VALUE;
    boolean streaming;

    @Nullable Object value;

    @Nullable Throwable failure;

    /** The innermost of the deadlines that this call is within. */
    @Nullable Deadline innermost;

    /** That of the thread, where the call stays on the one it begins on; else null. */
    final @Nullable Object @Nullable [] cell;

    /** Whether the policy that is being asked only pretends. */
    boolean pretends;

    private boolean read;
    private boolean entered;
    private long now;
    private @Nullable CallScope around;
    private @Nullable CallScope scope;

    /**
     * @param cell that of the thread, if the scope around is that of the thread, which is looked up only when somebody asks
     * @param around otherwise the scope around, or null
     */
    CallView(
            Route route,
            Object[] arguments,
            @Nullable Object @Nullable [] cell,
            @Nullable CallScope around,
            @Nullable Object context) {
        super(route, arguments, context);
        this.cell = cell;
        this.around = around;
    }

    /** The entry as it is now, for a policy that is settled later. */
    CallView(CallView original) {
        this(original.route, original.arguments(), null, original.outerScope(), original.context);
        position = original.position;
        invoked = original.invoked;
        attempt = original.attempt;
        outcome = original.outcome;
        value = original.value;
        failure = original.failure;
        scope = original.scope;
        inherit(original);
    }

    /** A new walk begins: the next policy that asks for the time gets a new one. */
    final void newWalk() {
        read = false;
    }

    /** The scope of this call, for what runs inside it, and may know the deadlines of the call after its end. */
    final CallScope ownScope() {
        if (scope == null) {
            scope = new CallScope(outerScope(), this);
            if (innermost != null) {
                innermost.show();
            }
        }
        return scope;
    }

    final boolean hasScope() {
        return scope != null;
    }

    /** The scope of a body that runs elsewhere: whatever becomes of the call, the time the body has is that of now. */
    final CallScope scopeOfBody() {
        CallScope own = ownScope();
        return innermost == null ? own : new CallScope(own, innermost);
    }

    /** The scope around the tries of this call that race, each of which has its own. */
    final CallScope scopeOfRace() {
        return new CallScope(ownScope(), innermost, inherited(outerScope()));
    }

    /** This call takes the place of the one around it on its thread: from now on it remembers that one itself. */
    final void isInside(@Nullable CallScope scopeOfThread) {
        if (cell != null && !entered) {
            around = scopeOfThread;
            entered = true;
        }
    }

    final @Nullable CallScope outerScope() {
        if (scope != null) {
            return scope.around();
        }
        return cell == null || entered ? around : CallScope.current(cell);
    }

    /** What the deadlines of this call that were set outside of this position leave of the time. */
    final long remainingOutside(int inside, long instant) {
        return innermost == null ? Long.MAX_VALUE : innermost.leastRemaining(instant, inside);
    }

    /** The exact time, whatever walk this is. */
    final long exactly() {
        return route.runtime.time().ticker().nanos();
    }

    @Override
    public final long now() {
        if (!read) {
            now = exactly();
            read = true;
        }
        return now;
    }

    @Override
    public final long tick() {
        return route.runtime.time().pulse().tick();
    }

    @Override
    public final long remainingNanos() {
        CallScope outer = outerScope();
        if (innermost == null && outer == null) {
            return Long.MAX_VALUE;
        }
        return Math.min(remainingOutside(position, now()), outer == null ? Long.MAX_VALUE : outer.remainingAt(now()));
    }

    @Override
    public final Outcome outcome() {
        return outcome;
    }

    @Override
    public final @Nullable Object value() {
        return value;
    }

    @Override
    public final @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public final boolean hasGoneOut() {
        return streaming;
    }

    @Override
    public final boolean invoked() {
        return (invoked & 1L << position) != 0;
    }

    @Override
    public final int attempt() {
        return attempt;
    }

    @Override
    public final String operation() {
        return route.operation;
    }

    @Override
    public final @Nullable Object key() {
        return (route.keyed & 1L << position) == 0 ? null : computedKey();
    }

    private @Nullable Object computedKey() {
        Expression key = placement().key();
        Object computedKey = key == null ? null : compute(Computed.KEY, key);
        return computedKey == null ? NULL_KEY : computedKey;
    }

    @Override
    public final @Nullable Object variant() {
        return (route.varied & 1L << position) == 0 ? null : computedVariant();
    }

    private Object computedVariant() {
        Expression variant = placement().variant();
        Object told = variant == null ? null : compute(Computed.VARIANT, variant);
        return told == null ? NULL_KEY : told;
    }

    @Override
    public final long cost() {
        return (route.priced & 1L << position) == 0 ? 1 : computedCost();
    }

    private long computedCost() {
        Expression cost = placement().cost();
        return cost == null ? 1 : whole("cost", compute(Computed.COST, cost));
    }

    @Override
    public final @Nullable Object tier() {
        Expression tier = placement().tier();
        return tier == null ? null : compute(Computed.TIER, tier);
    }

    @Override
    public final int priority() {
        Object own = computePriority(position);
        return own == null ? inherited(outerScope()) : Priority.of(own);
    }

    /** How important what runs inside this call is. An expression that fails says nothing: its policy is told. */
    final int priorityInside(@Nullable CallScope outer) {
        try {
            Object own = route.prioritised < 0 ? null : computePriority(route.prioritised);
            return own == null ? inherited(outer) : Priority.of(own);
        } catch (RuntimeException untold) {
            return inherited(outer);
        }
    }

    private static int inherited(@Nullable CallScope outer) {
        return outer == null ? Priority.NORMAL : outer.priority();
    }

    private @Nullable Object computePriority(int stage) {
        Expression priority = route.stages[stage].placement().priority();
        return priority == null ? null : compute(stage, Computed.PRIORITY, priority);
    }

    @Override
    public final @Nullable Object attribute(String name) {
        return placement().attribute(name);
    }

    @Override
    public final boolean hasNeighbours() {
        return (route.beside & 1L << position) != 0;
    }

    @Override
    public final void visitNeighbours(BiConsumer<Policy, Call> visitor) {
        if (pretends) {
            return;
        }
        int self = position;
        try {
            while ((route.besideNext & 1L << position) != 0) {
                Stage neighbour = route.stages[++position];
                if (neighbour.instance().mode() == Mode.ENFORCED) {
                    visitor.accept(neighbour.policy(), this);
                }
            }
        } finally {
            position = self;
        }
    }

    @Override
    public final boolean pretends() {
        return pretends;
    }

    @Override
    public final @Nullable Object context() {
        return context;
    }

    @Override
    public final Scope scope() {
        return pretends ? new QuietScope(ownScope()) : ownScope();
    }

    /** The budgets of the stages that this call itself passes. */
    List<RetryBudget> ownBudgets() {
        return route.budgets;
    }

    @Override
    public final void countIn(RetryBudget budget) {
        CallScope outer = outerScope();
        if (outer == null && attempt == 1) {
            budget.called(tick());
        } else {
            Accounts.count(budget, this, outer);
        }
    }

    @Override
    public final boolean spendTry(RetryBudget budget) {
        return pretends ? Accounts.pretendToSpend(budget, this) : Accounts.spend(budget, this);
    }

    private long whole(String attribute, @Nullable Object computedValue) {
        if (computedValue instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException(
                "the " + attribute + " of " + route.operation + " must be a whole number, not " + computedValue);
    }
}
