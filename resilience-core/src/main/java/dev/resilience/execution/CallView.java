package dev.resilience.execution;

import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Scope;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the policies see of one call: the entry of the policy at the current position.
 *
 * <p>Most policies remember nothing, so memory comes only when one writes. Not thread-safe.
 */
class CallView implements Call {

    private static final int KEY = 0;
    private static final int COST = 1;
    private static final int TIER = 2;
    private static final int PRIORITY = 3;
    private static final int EXPRESSIONS = 4;
    private static final int NOBODY = -1;
    private static final Object NOTHING = new Object();

    final Route route;
    private final Object[] arguments;
    final @Nullable Object context;

    int position;
    long invoked;
    int attempt = 1;
    Outcome outcome = Outcome.VALUE;

    @Nullable Object value;

    @Nullable Throwable failure;

    @Nullable CallDeadlines deadlines;

    /** Whether the policy that is being asked only pretends. */
    boolean pretends;

    private boolean read;
    private long now;
    /** Most calls remember one number and one object: the first policy to write one has it here, the others in arrays. */
    private int marked = NOBODY;

    private int memoed = NOBODY;
    private long firstMark;
    private @Nullable Object firstMemo;
    private long @Nullable [] marks;
    private @Nullable Object @Nullable [] memos;
    private @Nullable Object @Nullable [] computed;

    private boolean onCallersThread;
    private @Nullable CallScope around;
    private @Nullable CallScope scope;

    /**
     * @param onCallersThread whether the scope around is that of the thread, looked up only when somebody asks
     * @param around otherwise the scope around, or null
     */
    CallView(
            Route route,
            Object[] arguments,
            boolean onCallersThread,
            @Nullable CallScope around,
            @Nullable Object context) {
        this.route = route;
        this.arguments = arguments;
        this.onCallersThread = onCallersThread;
        this.around = around;
        this.context = context;
    }

    /** The entry as it is now, for a policy that is settled later. */
    CallView(CallView original) {
        this(original.route, original.arguments, false, original.outerScope(), original.context);
        position = original.position;
        invoked = original.invoked;
        attempt = original.attempt;
        outcome = original.outcome;
        value = original.value;
        failure = original.failure;
        scope = original.scope;
        inherit(original);
    }

    /** Takes over what the policies of the other view remember. */
    final void inherit(CallView other) {
        marked = other.marked;
        firstMark = other.firstMark;
        memoed = other.memoed;
        firstMemo = other.firstMemo;
        marks = other.marks == null ? null : other.marks.clone();
        memos = other.memos == null ? null : other.memos.clone();
        computed = other.computed == null ? null : other.computed.clone();
    }

    /** A new walk begins: the next policy that asks for the time gets a new one. */
    final void newWalk() {
        read = false;
    }

    /**
     * New entries will open further in than this position: what those before them remembered is gone. All at once, because
     * the first of several neighbours remembers for the others before they are asked.
     */
    final void forgetInside(int outside) {
        int first = outside + 1;
        int stages = route.stages.length;
        firstMark = marked > outside ? 0 : firstMark;
        firstMemo = memoed > outside ? null : firstMemo;
        if (marks != null) {
            Arrays.fill(marks, first, stages, 0);
        }
        if (memos != null) {
            Arrays.fill(memos, first, stages, null);
        }
        if (computed != null) {
            Arrays.fill(computed, first * EXPRESSIONS, stages * EXPRESSIONS, null);
        }
    }

    /** The scope of this call, for what runs inside it. */
    final CallScope ownScope() {
        if (scope == null) {
            scope = new CallScope(outerScope(), this);
        }
        return scope;
    }

    /** This call takes the place of the one around it on its thread: from now on it remembers that one itself. */
    final void isInside(@Nullable CallScope scopeOfThread) {
        if (onCallersThread) {
            around = scopeOfThread;
            onCallersThread = false;
        }
    }

    /** What all deadlines of this call and around it leave of the time, at this instant. */
    final long remainingAt(long instant) {
        return remaining(instant, route.stages.length);
    }

    /** The deadline of this call that passes first, or null. */
    final @Nullable ScopedDeadline firstDeadlineAt(long instant) {
        int first = deadlines == null ? NOBODY : deadlines.first(instant);
        if (first == NOBODY) {
            return null;
        }
        Deadline deadline = deadlines.at(first);
        return new ScopedDeadline(this, route.stages[first], deadline.nanos(), instant + deadline.remaining(instant));
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
        if (deadlines == null && outer == null) {
            return Long.MAX_VALUE;
        }
        return remaining(now(), position);
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
    public final Object[] arguments() {
        return arguments;
    }

    @Override
    public final @Nullable Object key() {
        Expression key = placement().key();
        if (key == null) {
            return null;
        }
        Object computedKey = compute(KEY, key);
        return computedKey == null ? NULL_KEY : computedKey;
    }

    @Override
    public final long cost() {
        Expression cost = placement().cost();
        return cost == null ? 1 : whole("cost", compute(COST, cost));
    }

    @Override
    public final @Nullable Object tier() {
        Expression tier = placement().tier();
        return tier == null ? null : compute(TIER, tier);
    }

    @Override
    public final int priority() {
        Expression priority = placement().priority();
        return priority == null ? 0 : Math.toIntExact(whole("priority", compute(PRIORITY, priority)));
    }

    @Override
    public final @Nullable Object attribute(String name) {
        return placement().attribute(name);
    }

    @Override
    public final long mark() {
        if (marked == position) {
            return firstMark;
        }
        return marks == null ? 0 : marks[position];
    }

    @Override
    public final void mark(long mark) {
        if (marked == NOBODY) {
            marked = position;
        }
        if (marked == position) {
            firstMark = mark;
            return;
        }
        if (marks == null) {
            marks = new long[route.stages.length];
        }
        marks[position] = mark;
    }

    @Override
    public final @Nullable Object memo() {
        if (memoed == position) {
            return firstMemo;
        }
        return memos == null ? null : memos[position];
    }

    @Override
    public final void memo(@Nullable Object memo) {
        if (memoed == NOBODY) {
            memoed = position;
        }
        if (memoed == position) {
            firstMemo = memo;
            return;
        }
        if (memos == null) {
            memos = new Object[route.stages.length];
        }
        memos[position] = memo;
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

    /** Whether a neighbour has decided for the policy at the position, which was not asked yet. */
    final boolean isSpokenFor() {
        return memo() != null || mark() != 0;
    }

    @Override
    public final @Nullable Object context() {
        return context;
    }

    @Override
    public final Scope scope() {
        return ownScope();
    }

    private @Nullable CallScope outerScope() {
        if (scope != null) {
            return scope.around();
        }
        return onCallersThread ? CallScope.current() : around;
    }

    private long remaining(long instant, int inside) {
        CallScope outer = outerScope();
        long least = outer == null ? Long.MAX_VALUE : outer.remainingAt(instant);
        if (deadlines != null) {
            least = Math.min(least, deadlines.remaining(instant, inside));
        }
        return least;
    }

    private Placement placement() {
        return route.stages[position].placement();
    }

    private @Nullable Object compute(int which, Expression expression) {
        if (computed == null) {
            computed = new Object[route.stages.length * EXPRESSIONS];
        }
        int index = position * EXPRESSIONS + which;
        Object known = computed[index];
        if (known == null) {
            Object fresh = expression.evaluate(arguments, context);
            known = fresh == null ? NOTHING : fresh;
            computed[index] = known;
        }
        return known == NOTHING ? null : known;
    }

    private long whole(String attribute, @Nullable Object computedValue) {
        if (computedValue instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException(
                "the " + attribute + " of " + route.operation + " must be a whole number, not " + computedValue);
    }
}
