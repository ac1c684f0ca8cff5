package dev.resilience.execution;

import dev.resilience.Call;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the policies remember of one call, and what was computed for them: by the position of the policy.
 *
 * <p>Most policies remember nothing, so memory comes only when one writes. Not thread-safe.
 */
abstract class CallMemory implements Call {

    private static final int NOBODY = -1;
    private static final Object NOTHING = new Object();

    final Route route;
    final @Nullable Object context;
    private final Object[] arguments;

    int position;

    /** Most calls remember one number and one object: the first policy to write one has it here, the others in arrays. */
    private int marked = NOBODY;

    private int memoed = NOBODY;
    private long firstMark;
    private @Nullable Object firstMemo;
    private long @Nullable [] marks;
    private @Nullable Object @Nullable [] memos;
    private @Nullable Object @Nullable [] computed;

    CallMemory(Route route, Object[] arguments, @Nullable Object context) {
        this.route = route;
        this.arguments = arguments;
        this.context = context;
    }

    /** Takes over what the policies of the other view remember. */
    final void inherit(CallMemory other) {
        marked = other.marked;
        firstMark = other.firstMark;
        memoed = other.memoed;
        firstMemo = other.firstMemo;
        marks = other.marks == null ? null : other.marks.clone();
        memos = other.memos == null ? null : other.memos.clone();
        computed = other.computed == null ? null : other.computed.clone();
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
            Arrays.fill(computed, route.rooms.from(first), computed.length, null);
        }
    }

    @Override
    public final Object[] arguments() {
        return arguments;
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

    /** Whether a neighbour has decided for the policy at the position, which was not asked yet. */
    final boolean isSpokenFor() {
        return memo() != null || mark() != 0;
    }

    final Placement placement() {
        return route.stages[position].placement();
    }

    /** The value of an expression of the placement, computed once per entry. */
    final @Nullable Object compute(Computed which, Expression expression) {
        return compute(position, which, expression);
    }

    /** The same for the placement of the policy at that position. */
    final @Nullable Object compute(int stage, Computed which, Expression expression) {
        if (computed == null) {
            computed = new Object[route.rooms.count()];
        }
        int index = route.rooms.of(stage, which);
        Object known = computed[index];
        if (known == null) {
            Object fresh = expression.evaluate(arguments, context);
            known = fresh == null ? NOTHING : fresh;
            computed[index] = known;
        }
        return known == NOTHING ? null : known;
    }
}
