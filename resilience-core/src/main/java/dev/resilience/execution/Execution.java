package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import dev.resilience.EventLoopRestException;
import dev.resilience.Target;
import dev.resilience.WithdrawnException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter: walks one call inward, outward, and in again, and tells a driver the next step.
 *
 * <p>The question it answers is how every permit comes back on every exit. The simple answer, a {@code finally} per
 * pattern and return type, is what breaks in practice: a cancelled future has no {@code finally}, an interrupted waiter
 * has left before it, and seven patterns times four shapes are twenty-eight places to forget one. Here an entry is one
 * bit (see {@link Entries}) that the {@linkplain WayIn way in} opens, and every {@linkplain WayOut way out} is a walk over the bits
 * that are still open.
 *
 * <p>Not thread-safe: a driver uses it from one thread at a time, with a happens-before edge between. The deadlines are
 * the only thing another thread touches, and they settle their races themselves.
 */
final class Execution extends WayIn {

    /** A call that stays on the thread it begins on, and finds there what is around it. */
    Execution(Route route, Object[] arguments, @Nullable Object[] cell) {
        super(route, arguments, cell, null, null, null, false);
    }

    /**
     * A call that goes on on any thread.
     *
     * @param races whether everything inside the policy that hedges is left to tries that race
     */
    Execution(
            Route route,
            Object[] arguments,
            Alarms alarms,
            @Nullable CallScope around,
            @Nullable Object context,
            boolean races) {
        super(route, arguments, null, alarms, around, context, races);
    }

    private Execution(Execution origin, Alarms alarms) {
        super(origin, alarms);
    }

    private Execution(Execution origin, CallScope around, Alarms alarms) {
        super(origin, around, alarms);
    }

    // What a driver says, and the step it is told.

    /** The call begins, unless the time of a call around it is over: then nobody is asked. */
    Step start() {
        CallTimedOutException expiry = expiryAround();
        if (expiry == null) {
            return inward();
        }
        expireWith(expiry);
        countEnd();
        return Step.DONE;
    }

    /** The method, or what the call was diverted to, gave this. */
    Step returned(@Nullable Object result) {
        bodyRuns = false;
        Deadline over = outermostOver();
        if (over != null) {
            return expire(over);
        }
        succeed(streaming ? value : result);
        return outwardFrom(innermostOpen());
    }

    /** The method, or what the call was diverted to, threw this. */
    Step threw(Throwable thrown) {
        bodyRuns = false;
        Deadline over = outermostOver();
        if (over != null) {
            return expire(over);
        }
        if (thrown instanceof WithdrawnException) {
            invoked = invokedBefore;
        }
        fail(thrown);
        return outwardFrom(innermostOpen());
    }

    /** The race of the tries has ended as this one did. */
    Step endedAs(Execution contender) {
        bodyRuns = false;
        Deadline over = outermostOver();
        if (over != null) {
            return expire(over);
        }
        plain = false;
        value = contender.value;
        failure = contender.failure;
        outcome = contender.outcome;
        if (failure instanceof WithdrawnException) {
            invoked = invokedBefore;
        }
        return outwardFrom(innermostOpen());
    }

    /** One of the tries has ended, and the call isn't what it would have been without its troubles. */
    void hasSeen(Execution contender) {
        troubled |= contender.troubled;
    }

    /** One of the tries has come as far as the method. */
    void reachedMethod() {
        invoked |= open;
    }

    /** There is no thread for the method, or none that may wait for it: it counts as not invoked. */
    Step notInvoked(Throwable why) {
        bodyRuns = false;
        invoked = invokedBefore;
        fail(why);
        return outwardFrom(innermostOpen());
    }

    /** The pause has passed, or the awaited signal has completed or was waited for long enough. */
    Step resumed() {
        boolean wasIn = detour().wasIn;
        endWait();
        newWalk();
        Deadline over = outermostOver();
        if (over != null) {
            return expire(over);
        }
        CallTimedOutException expiry = expiryAround();
        if (expiry != null) {
            expireWith(expiry);
            return outwardFrom(innermostOpen());
        }
        return wasIn ? inwardAgain(route.stages[position]) : inward();
    }

    /** The blocking caller was interrupted while it rested; the driver keeps the flag. */
    Step interrupted(InterruptedException interrupt) {
        CancellationException gaveUp = new CancellationException(
                "interrupted while " + route.operation + " waited for " + stageInWords(detour().waitingAt));
        gaveUp.initCause(interrupt);
        endWait();
        Deadline fired = outermostFired();
        if (fired != null) {
            return expire(fired);
        }
        fail(gaveUp);
        return outwardFrom(innermostOpen());
    }

    /** A deadline of this call may have passed: its step, or null where the call got past it meanwhile. */
    @Nullable Step expired() {
        Deadline over = outermostOver();
        return over == null ? null : expire(over);
    }

    /** The caller gave up: everything is settled, and no verdict counts. */
    Step cancelled() {
        giveUp();
        return Step.DONE;
    }

    /** After {@link Step#FORK}: the caller goes on with the value there is. */
    Step forked() {
        return outwardFrom(position);
    }

    /**
     * The first element of a stream has arrived. If it is in time it is let out, and from then on nothing can be tried
     * again, diverted or replaced, and only deadlines of the whole stream still count. To policies it is the value of the
     * call.
     *
     * @return false if a deadline was faster; the element is void
     */
    boolean firstElement(Object element) {
        streaming = outermostOver() == null && (innermost == null || innermost.firstElement());
        if (streaming) {
            value = element;
        }
        return streaming;
    }

    /** The call can't rest, because nobody would wake it: the scheduler is closed, or the signal is broken. */
    Step cannotRest(RuntimeException why) {
        endWait();
        fail(why);
        return outwardFrom(innermostOpen());
    }

    /** The call must not rest here, so the policy that wanted it to has to refuse it. Nothing was waited for. */
    Step mustNotRest() {
        newWalk();
        int at = detour().waitingAt;
        detour().endWait();
        Stage stage = route.stages[at];
        Throwable refusal = withEarlier(new EventLoopRestException(stage.kind(), stage.name(), route.operation));
        fail(refusal);
        EventWriter.refused(route, stage, refusal);
        decidedAt = at;
        return outwardFrom(at);
    }

    // What a driver asks.

    /** The value of a finished call. @throws Throwable what the call failed with, as it is */
    @Nullable Object result() throws Throwable {
        if (failure != null) {
            throw failure;
        }
        return value;
    }

    /** How long to rest at {@link Step#PAUSE} and {@link Step#AWAIT}: no longer than the deadlines of this call allow. */
    long waitNanos() {
        return detour().waitNanos;
    }

    /** What to rest for at {@link Step#AWAIT}. */
    @Nullable CompletionStage<?> signal() {
        return detour().signal;
    }

    /** What to invoke at {@link Step#INVOKE} instead of the method, or null. */
    @Nullable Target diversion() {
        return hasDetour() ? detour().diversion : null;
    }

    /** A try of what this call leaves to tries that race. */
    Execution contender(Alarms alarms) {
        return new Execution(this, scopeOfRace(), alarms);
    }

    /** The call as the policy that hedges sees it while tries race. */
    Execution atHedger() {
        newWalk();
        position = end() - 1;
        return this;
    }

    /** Whether a body that this call went on without still runs. */
    boolean hasLeftBodies() {
        return hasDetour() && Abandoned.anyRuns(detour().abandoned);
    }

    /** The inner rest to run at {@link Step#FORK}. */
    Execution fork(Alarms alarms) {
        return new Execution(this, alarms);
    }

    /** The body that was left running last, whose end has to be told to it. */
    @Nullable Abandoned abandoned() {
        return hasDetour() ? detour().abandoned : null;
    }

    /** Whether somebody cares for the scope of what runs inside. */
    boolean publishesScope() {
        return route.publishesScope || innermost != null;
    }
}
