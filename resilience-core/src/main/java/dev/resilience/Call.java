package dev.resilience;

import dev.resilience.budget.RetryBudget;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one policy may know of one call: the time, how the call went further in, and the placement of the policy on the
 * method.
 *
 * <p>A call is handed to {@link Policy#admit} and {@link Policy#settle}, is valid only during that method, and is used
 * by one thread at a time.
 */
public interface Call {

    /** The key of a call whose key expression yielded {@code null}: all such calls share one strict bucket. */
    Object NULL_KEY = new Object() {
        @Override
        public String toString() {
            return "(null)";
        }
    };

    /** Exact monotonic time in nanoseconds, read at most once per walk in one direction. Compare by difference. */
    long now();

    /** The last published coarse tick in nanoseconds: never ahead of {@link #now()}, late by a few milliseconds at most, and free. */
    long tick();

    /** Nanoseconds left until the nearest deadline around this policy; {@link Long#MAX_VALUE} where there is none. */
    long remainingNanos();

    /** How the call ended further in. Meaningful in {@link Policy#settle} only. */
    Outcome outcome();

    /** The value the call ended with, where {@link #outcome()} is {@link Outcome#VALUE}; of a stream its first element. */
    @Nullable Object value();

    /** What the call failed with, where {@link #outcome()} is not {@link Outcome#VALUE}; null for a bare cancellation. */
    @Nullable Throwable failure();

    /**
     * Whether a part of the result has gone out already, as after the first element of a stream: then nothing can be tried
     * again, diverted or replaced any more.
     */
    default boolean hasGoneOut() {
        return false;
    }

    /** Whether the method itself was invoked under this entry. Refunds and breakers need to know. */
    boolean invoked();

    /**
     * Whether what the call ended with is a substitute for what the method gave or threw: that of a policy further in, such
     * as the value of a fallback. Meaningful in {@link Policy#settle} only.
     */
    default boolean isSubstitute() {
        return false;
    }

    /** Which try this is: 1, and one more for each time a policy of this pipeline has sent the call in again. */
    int attempt();

    /** The guarded operation, such as {@code QuoteService.quote}. */
    String operation();

    /** The arguments of the guarded method. Not to be changed. */
    Object[] arguments();

    /**
     * The key of this entry, computed once, so that a refund hits what was charged. Null where the placement has no
     * key; {@link #NULL_KEY} where its key expression yielded null.
     */
    @Nullable Object key();

    /**
     * What else tells the result of this entry from results of other calls that have the same key or the same arguments,
     * computed once. Null where the placement says nothing; {@link #NULL_KEY} where it can't be told, and then the result is
     * nobody else's.
     */
    default @Nullable Object variant() {
        return null;
    }

    /** How many permits the call costs; 1 where the placement says nothing. Computed once per entry. */
    long cost();

    /**
     * The tier of the caller: a name, or a collection of the names of all it belongs to. Null where the placement has no
     * tier or its expression yielded null, which is how nobody in particular looks. Computed once per entry.
     */
    @Nullable Object tier();

    /**
     * The priority of the call, larger is more important; see {@link Priority}. Where the placement says nothing, that of
     * the guarded call around this one; {@link Priority#NORMAL} where there is none. Not for the success path.
     */
    int priority();

    /** Another attribute of the placement as it was resolved at start-up, or null. Not for the success path. */
    @Nullable Object attribute(String name);

    /** Whether the method may be repeated; see {@link PlacementAttribute#IDEMPOTENT}. Not for the success path. */
    default boolean mayBeRepeated() {
        return !Boolean.FALSE.equals(attribute(PlacementAttribute.IDEMPOTENT.name()));
    }

    /** One number of the policy's own memory in this entry; 0 when the entry opens. */
    long mark();

    /** Remembers a number for this entry. */
    void mark(long mark);

    /** One object of the policy's own memory in this entry; null when the entry opens. */
    @Nullable Object memo();

    /** Remembers an object for this entry. */
    void memo(@Nullable Object memo);

    /** Whether policies stand directly beside this one at the same place, such as two rate limiters on one method. */
    boolean hasNeighbours();

    /**
     * Shows this call to the visitor as the neighbours further in will see it, outermost first, so that one policy can
     * decide for all of them. What is remembered in such a view the neighbour finds when it is asked, which then happens
     * whatever its mode has become meanwhile. Neighbours that are switched off or in shadow mode are left out, and a
     * policy in shadow mode has none, because it decides for nobody. Meaningful in {@link Policy#admit} only.
     *
     * @param visitor takes each neighbour and its view, which is valid only meanwhile
     */
    void visitNeighbours(BiConsumer<Policy, Call> visitor);

    /**
     * Whether the policy is in shadow mode: nothing of what it answers is carried out, so one that does more than answer
     * leaves everything but its own state alone.
     */
    default boolean pretends() {
        return false;
    }

    /** The Reactor context of the subscription this call belongs to; null where it belongs to none. */
    default @Nullable Object context() {
        return null;
    }

    /** The ambience this call shares with the guarded calls around it. */
    Scope scope();

    /**
     * Counts this entry in the budget of the policy: as a call, or as a retry where the call was sent in again, by whoever
     * did so, here or in a guarded call around it. A retry that was paid for when it was granted counts no more, and neither
     * does a call whose guarded call around has counted it in the same budget.
     */
    void countIn(RetryBudget budget);

    /**
     * Takes one more try of this call out of the budget of the policy, if there is one left, and tells all budgets of it that
     * the call passes, around and inside. Not for the success path.
     */
    boolean spendTry(RetryBudget budget);
}
