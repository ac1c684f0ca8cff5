package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Tally.Count;
import dev.resilience.Verdict;
import dev.resilience.WithdrawnException;
import dev.resilience.failure.Suppression;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The open entries of one call, and how it stands: what opens an entry, what closes it, and what is counted then.
 *
 * <p>An entry is one bit. {@link #enter} is the only code that sets one, and only what settles the policy in the same
 * breath clears one: {@link #close}, whose verdict counts, and {@link #settleVoid}, whose verdict doesn't.
 *
 * <p>A call that looks plain (every policy let it in, it has a value, every policy lets it out) isn't counted policy by
 * policy; as soon as it turns out not to be, what was left out is counted.
 */
class Entries extends CallView {

    static final int NOWHERE = -1;

    long open;
    boolean plain = true;

    /** Whether the call has failed somewhere, or was sent in again, whatever becomes of it. */
    boolean troubled;

    int decidedAt = NOWHERE;
    private long shadowed;
    private @Nullable Detour detour;

    /** @see CallView */
    Entries(
            Route route,
            Object[] arguments,
            @Nullable Object @Nullable [] cell,
            @Nullable CallScope around,
            @Nullable Object context) {
        super(route, arguments, cell, around, context);
    }

    /** Opens the entry at the position. */
    final void enter(Stage stage, Mode mode) {
        long bit = bit(position);
        open |= bit;
        invoked &= ~bit;
        decidedAt = NOWHERE;
        if (mode == Mode.SHADOW) {
            shadowed |= bit;
        }
        if (route.runtime.timed()) {
            detour().enteredAt(route.stages.length)[position] = tick();
        }
    }

    /** Settles the entry at the position; its verdict counts. @param start where this walk outward began */
    final @Nullable Verdict close(Stage stage, int start) {
        long bit = bit(position);
        boolean pretends = (shadowed & bit) != 0;
        open &= ~bit;
        shadowed &= ~bit;
        Deadline deadline = takeDeadline(position);
        if (deadline != null && !deadline.disarm()) {
            notPlain(start);
            expireWith(stage, deadline);
        }
        if (detour != null && isHeld(bit, detour.abandoned, stage)) {
            return Verdict.proceed();
        }
        recordDuration(stage);
        return pretends ? pretend(stage) : verdict(stage);
    }

    private @Nullable Verdict verdict(Stage stage) {
        try {
            return stage.policy().settle(this);
        } catch (Throwable thrown) {
            return Verdict.fail(withEarlier(thrown));
        }
    }

    private Verdict pretend(Stage stage) {
        pretends = true;
        Verdict verdict = verdict(stage);
        pretends = false;
        if (verdict != Verdict.Proceed.INSTANCE) {
            EventWriter.wouldHave(
                    route,
                    stage,
                    verdict == null ? "answer null" : verdict.step().name());
        } else if (detour != null && detour.isShadowOver(position, this)) {
            EventWriter.wouldHave(route, stage, "EXPIRE");
        }
        if (detour != null) {
            detour.endShadow(position);
        }
        return Verdict.proceed();
    }

    /** What a policy reserved that only pretends is given back at once: an entry that nobody sees open. */
    final void giveBack(Stage stage, @Nullable Admission admission) {
        boolean refreshes = admission instanceof Admission.Return answer && answer.refresh();
        if (!refreshes
                && !(admission instanceof Admission.ProceedAfter)
                && !(admission instanceof Admission.AskAgain)) {
            return;
        }
        Outcome before = outcome;
        outcome = Outcome.CANCELLED;
        invoked &= ~bit(position);
        pretends = true;
        settleQuietly(stage);
        pretends = false;
        outcome = before;
    }

    /** Settles everything from the innermost entry out to this position, verdicts void. */
    final void settleDownTo(int last) {
        for (position = innermostOpen(); position >= last; position--) {
            if (isOpen(position)) {
                Stage stage = route.stages[position];
                settleVoid(stage);
                countOutcome();
            }
        }
    }

    /** Settles the entry at the position; its verdict is void. */
    private void settleVoid(Stage stage) {
        pretends = (shadowed & bit(position)) != 0;
        open &= ~bit(position);
        shadowed &= ~bit(position);
        Deadline deadline = takeDeadline(position);
        if (deadline != null) {
            deadline.disarm();
        }
        if (detour == null || !isHeld(bit(position), detour.abandoned, stage)) {
            recordDuration(stage);
            settleQuietly(stage);
        }
        pretends = false;
    }

    /** Whether the entry at the position is settled only when bodies have ended that still run; who only hears of it is told then. */
    private boolean isHeld(long bit, @Nullable Abandoned bodies, Stage stage) {
        boolean told = ((route.held | route.hearing) & bit) != 0 && Abandoned.holds(bodies, this, stage);
        return told && (route.held & bit) != 0;
    }

    private void settleQuietly(Stage stage) {
        try {
            stage.policy().settle(this);
        } catch (Throwable thrown) {
            EventWriter.swallowed(route, stage, thrown);
        }
    }

    /** A call that looked plain is not: what this walk has settled without counting is counted now. */
    final void notPlain(int start) {
        for (int inside = start; plain && inside > position; inside--) {
            count(inside, Count.SUCCESS);
        }
        plain = false;
    }

    /** Counts the call for the policy at the position, by how it stands. */
    final void countOutcome() {
        count(
                position,
                switch (outcome) {
                    case VALUE -> decidedAt == position ? Count.ANSWERED : Count.SUCCESS;
                    case FAILURE -> Count.FAILURE;
                    case REFUSED -> decidedAt == position ? Count.REFUSED : Count.REFUSED_FURTHER_IN;
                    case EXPIRED -> Count.EXPIRED;
                    case CANCELLED -> Count.CANCELLED;
                });
        decidedAt = NOWHERE;
    }

    /** A policy that stands in two places of one pipeline counts a call in one of them. */
    final void count(int at, Count count) {
        if ((route.counted & bit(at)) != 0) {
            route.stages[at].tally().count(count);
        }
    }

    /** The policy at the position has answered the call on its way in. */
    final void countAnswered() {
        if ((route.counted & bit(position)) == 0) {
            return;
        }
        CallCounter answered = route.stages[position].tally().answered();
        if (cell == null) {
            answered.increment();
        } else {
            answered.increment(cell);
        }
    }

    private void recordDuration(Stage stage) {
        long[] enteredAt = detour == null ? null : detour.enteredAt;
        LongConsumer durations = enteredAt == null ? null : stage.tally().durations();
        if (durations == null) {
            return;
        }
        try {
            durations.accept(Math.max(0, tick() - enteredAt[position]));
        } catch (Throwable thrown) {
            EventWriter.swallowed(route, stage, thrown);
        }
    }

    // How the call stands.

    final void succeed(@Nullable Object result) {
        outcome = Outcome.VALUE;
        value = result;
        failure = null;
    }

    final void fail(Throwable thrown) {
        plain = false;
        troubled = true;
        value = null;
        failure = thrown;
        if (thrown instanceof CallRejectedException || thrown instanceof WithdrawnException) {
            outcome = Outcome.REFUSED;
        } else if (thrown instanceof InterruptedException || thrown instanceof CancellationException) {
            outcome = Outcome.CANCELLED;
        } else {
            outcome = Outcome.FAILURE;
        }
    }

    final Throwable withEarlier(Throwable thrown) {
        if (failure != null) {
            Suppression.into(thrown, List.of(failure));
        }
        return thrown;
    }

    /** The time of this policy has won. */
    final void expireWith(Stage stage, Deadline deadline) {
        plain = false;
        troubled = true;
        value = null;
        outcome = Outcome.EXPIRED;
        failure = new CallTimedOutException(stage.kind(), stage.name(), route.operation, deadline.nanos());
        EventWriter.expired(route, stage, deadline.nanos());
    }

    /** The deadline of this position, which the call is not within any more; null if there is none. */
    final @Nullable Deadline takeDeadline(int at) {
        Deadline taken = innermost;
        if (taken == null || taken.position != at) {
            return null;
        }
        innermost = taken.outer;
        return taken;
    }

    final boolean hasDetour() {
        return detour != null;
    }

    /** What a plain call never needs. */
    final Detour detour() {
        if (detour == null) {
            detour = new Detour();
        }
        return detour;
    }

    final boolean isOpen(int at) {
        return (open & bit(at)) != 0;
    }

    final int innermostOpen() {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(open);
    }

    final String stageInWords(int at) {
        return route.stages[at].kind() + " '" + route.stages[at].name() + "'";
    }

    static long bit(int at) {
        return 1L << at;
    }
}
