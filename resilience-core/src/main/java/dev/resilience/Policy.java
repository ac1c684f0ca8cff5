package dev.resilience;

import dev.resilience.budget.RetryBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A state machine without hands: it is asked on the way in, told on the way out, and answers with a value.
 *
 * <p>A policy never waits, invokes, schedules, or reads a clock of its own. Whatever it answers on the way in other
 * than {@link Admission.Return} and {@link Admission.Fail} opens an <em>entry</em>, and every entry is closed by
 * exactly one {@link #settle}: on a value, an exception, an {@code Error}, a refusal further in, an expiry, a
 * cancellation, an interrupt, or a publisher that is never subscribed. Permits, probes and leases are given back there
 * and nowhere else.
 *
 * <p>One policy serves many calls at once, so implementations are thread-safe. What belongs to one call is kept in the
 * call's {@linkplain Call#mark() mark} and {@linkplain Call#memo() memo}; the entry that a {@link Verdict.TryAgain}, a
 * {@link Verdict.AskAgain} or a {@link Verdict.Divert} opens keeps both.
 *
 * <p>A policy that throws from either method fails the call with what it threw; its entry counts as closed.
 */
public interface Policy {

    /** Decides about a call on its way in. */
    Admission admit(Call call);

    /** Learns how the call ended further in, gives back what the entry held, and decides how the call goes on. */
    Verdict settle(Call call);

    /**
     * Whether an entry is settled only when the bodies it let in have really ended, even where a deadline has passed
     * before. A bulkhead says so, because an abandoned body still occupies its seat. The verdict of such a late
     * settlement is void.
     */
    default boolean heldUntilBodyEnds() {
        return false;
    }

    /**
     * Whether this policy wants to hear of bodies it let in that a call has left behind, once they have really ended: one that
     * writes may have written until then. Its entry is settled when the call leaves it, as any other. Not for a policy that is
     * {@linkplain #heldUntilBodyEnds() held} until then.
     */
    default boolean hearsOfBodiesLeft() {
        return false;
    }

    /**
     * All bodies that the call had left behind when this entry was settled have ended.
     *
     * @param call as it was then
     */
    default void bodiesEnded(Call call) {}

    /**
     * Whether methods have to run on a thread of their own, so that their callers can leave when a deadline passes, whatever
     * the methods do. Asked once for each pipeline. No publisher can be guarded so: it has no caller who waits.
     */
    default boolean isolatesBodies() {
        return false;
    }

    /**
     * Whether this policy asks for the {@linkplain Call#scope() scope} of calls. Pipelines publish theirs to the guards
     * inside only where somebody does, because publishing costs a few nanoseconds.
     */
    default boolean usesScope() {
        return false;
    }

    /**
     * Whether this policy may answer {@link Verdict.TryAgain} or {@link Verdict.AskAgain}. Where no policy of a pipeline may,
     * the method is invoked at most once per call and whoever invokes it need not prepare for more. Whoever says no must keep to it.
     */
    default boolean mayTryAgain() {
        return true;
    }

    /**
     * Who decides about hedges, or null where there are none. Asked once for each pipeline, of which only the outermost
     * policy that hedges does. Plain methods then run on threads of their own, as with {@link #isolatesBodies()}; streams
     * can't be guarded so.
     */
    default @Nullable Hedger hedger() {
        return null;
    }

    /**
     * The budget that bounds how often this policy sends calls in again; null where it does so never, or without bounds.
     * Asked once for each pipeline: the budget is told of every further try of the calls it counted, whoever sends them in
     * again, further out or further in. So a policy that has one {@linkplain #usesScope() uses the scope}.
     */
    default @Nullable RetryBudget budget() {
        return null;
    }

    /**
     * Whether all that this policy ever does to a call is to let it in, now or after a wait, or to fail it on the way in:
     * it sets no deadline, answers with no value, and lets every call out as it is. Only such policies can guard a call
     * that ends elsewhere, where nobody could carry out more. Whoever says yes must keep to it.
     */
    default boolean onlyAdmits() {
        return false;
    }

    /**
     * Whether what fails with an exception of this class may be diverted to the first of the methods that are placed with this
     * policy, as far as can be told by its configuration. Asked at start-up: a no says that a method for it waits in vain.
     *
     * @param blamesCaller whether it is a refusal that blames its caller
     */
    default boolean mayDivert(Class<?> failure, boolean blamesCaller) {
        return true;
    }

    /**
     * The longest that a call may spend from here on inward, as far as this policy can tell by its configuration. Asked at
     * start-up, from the inside out: an answer shorter than what was asked about says that calls are cut off here.
     *
     * @param furtherIn the longest a call may spend each time this policy lets it in; zero where only the method is there
     * @param placement what belongs to this policy on the method
     */
    default Duration longest(Duration furtherIn, Placement placement) {
        return furtherIn;
    }
}
