package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Tally.Count;
import dev.resilience.Target;
import dev.resilience.Verdict;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter: walks one call inward, outward, and in again, and tells a driver the next step.
 *
 * <p>The question it answers is how every permit comes back on every exit. The simple answer, a {@code finally} per
 * pattern and return type, is what breaks in practice: a cancelled future has no {@code finally}, an interrupted waiter
 * has left before it, and seven patterns times four shapes are twenty-eight places to forget one. Here an entry is one
 * bit. Whatever a policy answers on the way in opens its bit, and the only code that clears a bit is {@link #close},
 * which settles the policy in the same breath. Every way out is a walk over the bits that are still open.
 *
 * <p>Three walks lead out. {@link #outward} asks every policy and obeys its verdict. {@link #expire} settles what is
 * inside a passed deadline, where verdicts are void, and then goes on outward from the deadline. {@link #cancelled}
 * settles everything, and no verdict counts.
 *
 * <p>Not thread-safe: a driver uses it from one thread at a time, with a happens-before edge between. The deadlines are
 * the only thing another thread touches, and they settle their races themselves.
 */
final class Execution extends CallView {

    /** Makes a deadline that knows how to end a call of this shape. */
    @FunctionalInterface
    interface DeadlineFactory {
        Deadline deadline(long nanos, boolean wholeStream);
    }

    private static final int NOWHERE = -1;

    private final DeadlineFactory deadlineFactory;
    private final int floor;

    private long open;
    private long shadowed;
    private boolean plain = true;
    private boolean reentered;
    private boolean walkingIn;
    private boolean turned;
    private boolean bodyRuns;
    private boolean streaming;
    private int decidedAt = NOWHERE;

    private @Nullable Detour detour;

    /** A call that stays on the thread it begins on, and finds there what is around it. */
    Execution(Route route, Object[] arguments, DeadlineFactory deadlineFactory) {
        super(route, arguments, true, null, null);
        this.deadlineFactory = deadlineFactory;
        this.floor = 0;
    }

    /** A call that goes on on any thread. */
    Execution(
            Route route,
            Object[] arguments,
            DeadlineFactory deadlineFactory,
            @Nullable CallScope around,
            @Nullable Object context) {
        super(route, arguments, false, around, context);
        this.deadlineFactory = deadlineFactory;
        this.floor = 0;
    }

    /**
     * The inner rest of the other execution, from the policy that asked for a refresh. It has a scope of its own and none
     * around: nobody waits for it, so neither the caller's deadlines nor his work are its ambience.
     */
    private Execution(Execution origin, DeadlineFactory deadlineFactory) {
        super(origin.route, origin.arguments(), false, null, origin.context);
        inherit(origin);
        this.deadlineFactory = deadlineFactory;
        this.floor = origin.detour().forkAt;
        this.position = floor + 1;
        this.open = bit(floor);
        this.plain = false;
        this.reentered = true;
    }

    // What a driver says, and the step it is told.

    /** The call begins. */
    Step start() {
        return inward();
    }

    /** The method, or what the call was diverted to, gave this. */
    Step returned(@Nullable Object result) {
        bodyRuns = false;
        int expired = outermostFired();
        if (expired != NOWHERE) {
            return expire(expired);
        }
        succeed(result);
        return outwardFrom(innermostOpen());
    }

    /** The method, or what the call was diverted to, threw this. */
    Step threw(Throwable thrown) {
        bodyRuns = false;
        int expired = outermostFired();
        if (expired != NOWHERE) {
            return expire(expired);
        }
        fail(thrown);
        return outwardFrom(innermostOpen());
    }

    /** The pause has passed, or the awaited signal has completed or was waited for long enough. */
    Step resumed() {
        endWait();
        newWalk();
        expireWhatIsOver();
        int expired = outermostFired();
        return expired == NOWHERE ? inward() : expire(expired);
    }

    /** The blocking caller was interrupted while it rested; the driver keeps the flag. */
    Step interrupted(InterruptedException interrupt) {
        CancellationException gaveUp = new CancellationException(
                "interrupted while " + route.operation + " waited for " + stageInWords(detour().waitingAt));
        gaveUp.initCause(interrupt);
        endWait();
        int expired = outermostFired();
        if (expired != NOWHERE) {
            return expire(expired);
        }
        fail(gaveUp);
        return outwardFrom(innermostOpen());
    }

    /** A deadline of this call may have passed: its step, or null where the call got past it meanwhile. */
    @Nullable Step expired() {
        int expired = outermostFired();
        return expired == NOWHERE ? null : expire(expired);
    }

    /** The caller gave up: everything is settled, and no verdict counts. */
    Step cancelled() {
        endWait();
        abandonBody();
        newWalk();
        plain = false;
        value = null;
        failure = null;
        outcome = streaming ? Outcome.VALUE : Outcome.CANCELLED;
        settleDownTo(floor);
        return Step.DONE;
    }

    /** After {@link Step#FORK}: the caller goes on with the value there is. */
    Step forked() {
        return outwardFrom(position);
    }

    /**
     * The first element of a stream has arrived. If it is in time it is let out, and from then on nothing can be tried
     * again, diverted or replaced, and only deadlines of the whole stream still count.
     *
     * @return false if a deadline was faster; the element is void
     */
    boolean firstElement() {
        streaming = outermostFired() == NOWHERE && disarmFirstElementDeadlines();
        for (int at = 0; streaming && deadlines != null && at < deadlines.length; at++) {
            if (deadlines[at] != null && !deadlines[at].wholeStream()) {
                takeDeadline(at);
            }
        }
        return streaming;
    }

    /** From the inside out: if one has passed, those that are disarmed by then are inside it, and go down with it. */
    private boolean disarmFirstElementDeadlines() {
        for (int at = deadlines == null ? NOWHERE : deadlines.length - 1; at >= 0; at--) {
            if (deadlines[at] != null && !deadlines[at].wholeStream() && !deadlines[at].disarm()) {
                return false;
            }
        }
        return true;
    }

    /** The call can't rest, because nobody would wake it: the scheduler is closed, or the signal is broken. */
    Step cannotRest(RuntimeException why) {
        endWait();
        fail(why);
        return outwardFrom(innermostOpen());
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
        return detour == null ? null : detour.diversion;
    }

    /** The inner rest to run at {@link Step#FORK}. */
    Execution fork(DeadlineFactory factory) {
        return new Execution(this, factory);
    }

    /** The body that was left running last, whose end has to be told to it. */
    @Nullable Abandoned abandoned() {
        return detour == null ? null : detour.abandoned;
    }

    /** Whether somebody cares for the scope of what runs inside. */
    boolean publishesScope() {
        return route.publishesScope || deadlines != null;
    }

    // The walk inward.

    /** A refusal that is tried again at once turns the walk round on its own stack, which must not grow with the attempts. */
    private Step inward() {
        if (walkingIn) {
            turned = true;
            return Step.INVOKE;
        }
        walkingIn = true;
        Step step;
        do {
            turned = false;
            step = walkInward();
        } while (turned);
        walkingIn = false;
        return step;
    }

    private Step walkInward() {
        newWalk();
        Stage[] stages = route.stages;
        while (position < stages.length) {
            Step step = enterStage(stages[position]);
            if (step != null) {
                return step;
            }
        }
        if (open != route.all) {
            plain = false;
        }
        invoked |= open;
        bodyRuns = true;
        if (detour != null) {
            detour.diversion = null;
        }
        return Step.INVOKE;
    }

    /** One stage further in, or the step that keeps the call from going there. */
    private @Nullable Step enterStage(Stage stage) {
        Mode mode = stage.instance().mode();
        if (mode == Mode.OFF && !isOpen(position)) {
            position++;
            return null;
        }
        if (reentered && !isOpen(position)) {
            forget();
        }
        Admission admission;
        try {
            admission = stage.policy().admit(this);
        } catch (Throwable thrown) {
            return mode == Mode.SHADOW && !isOpen(position)
                    ? pretend(stage, Admission.fail(thrown))
                    : outwardAfterThrowing(thrown);
        }
        if (admission == Admission.Proceed.INSTANCE) {
            enter(stage, mode);
            position++;
            return null;
        }
        return mode == Mode.SHADOW && !isOpen(position) ? pretend(stage, admission) : obey(stage, mode, admission);
    }

    private Step outwardAfterThrowing(Throwable thrown) {
        open &= ~bit(position);
        fail(thrown);
        count(position, Count.FAILURE);
        return outwardFrom(position - 1);
    }

    private void enter(Stage stage, Mode mode) {
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

    private @Nullable Step obey(Stage stage, Mode mode, @Nullable Admission admission) {
        if (admission == null) {
            return outwardAfterThrowing(new IllegalStateException(stageInWords(position) + " answered null"));
        }
        switch (admission.step()) {
            case PROCEED, PROCEED_WITHIN -> {
                enter(stage, mode);
                arm((Admission.ProceedWithin) admission);
                position++;
                return null;
            }
            case PROCEED_AFTER -> {
                enter(stage, mode);
                beginWait(((Admission.ProceedAfter) admission).waitNanos());
                position++;
                return Step.PAUSE;
            }
            case ASK_AGAIN -> {
                enter(stage, mode);
                beginWait(((Admission.AskAgain) admission).withinNanos());
                detour().signal = ((Admission.AskAgain) admission).signal();
                return Step.AWAIT;
            }
            case RETURN -> {
                return answer((Admission.Return) admission);
            }
            case FAIL -> {
                return refuse(stage, ((Admission.Fail) admission).cause());
            }
        }
        throw new IllegalStateException("unreachable: " + admission);
    }

    private Step answer(Admission.Return answer) {
        plain = false;
        succeed(answer.value());
        if (answer.refresh()) {
            return refresh();
        }
        if (isOpen(position)) {
            decidedAt = position;
            return outwardFrom(position);
        }
        count(position, Count.ANSWERED);
        return outwardFrom(position - 1);
    }

    /** An entry that a wait has opened goes along with the refresh, and is settled there. */
    private Step refresh() {
        open &= ~bit(position);
        count(position, Count.ANSWERED);
        detour().forkAt = position--;
        return Step.FORK;
    }

    private Step refuse(Stage stage, Throwable cause) {
        fail(cause);
        EventWriter.refused(route, stage, cause);
        if (isOpen(position)) {
            decidedAt = position;
            return outwardFrom(position);
        }
        count(position, cause instanceof CallRejectedException ? Count.REFUSED : Count.FAILURE);
        return outwardFrom(position - 1);
    }

    /**
     * Shadow: what the policy would do is counted, what it reserved is given back, and the call goes on without it. A
     * policy is tried out in the shadow because it may be wrong, so what it throws doesn't count either.
     */
    private @Nullable Step pretend(Stage stage, @Nullable Admission admission) {
        if (admission instanceof Admission.ProceedWithin limit) {
            enter(stage, Mode.SHADOW);
            detour().shadowDue(route.stages.length)[position] = now() + limit.nanos();
        } else {
            EventWriter.wouldHave(
                    route,
                    stage,
                    admission == null ? "answer null" : admission.step().name());
            giveBack(stage, admission);
        }
        plain = false;
        position++;
        return null;
    }

    private void giveBack(Stage stage, @Nullable Admission admission) {
        boolean refreshes = admission instanceof Admission.Return answer && answer.refresh();
        if (!refreshes
                && !(admission instanceof Admission.ProceedAfter)
                && !(admission instanceof Admission.AskAgain)) {
            return;
        }
        Outcome before = outcome;
        outcome = Outcome.CANCELLED;
        invoked &= ~bit(position);
        settleQuietly(stage);
        outcome = before;
    }

    // The walk outward.

    private Step outwardFrom(int start) {
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
            route.plain.increment();
        }
        return Step.DONE;
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

    /** A call that looked plain is not: what this walk has settled without counting is counted now. */
    private void notPlain(int start) {
        for (int inside = start; plain && inside > position; inside--) {
            count(inside, Count.SUCCESS);
        }
        plain = false;
    }

    /** Settles the entry at the position: the only place where one ends. */
    private @Nullable Verdict close(Stage stage, int start) {
        long bit = bit(position);
        boolean pretends = (shadowed & bit) != 0;
        open &= ~bit;
        shadowed &= ~bit;
        Deadline deadline = takeDeadline(position);
        if (deadline != null && !deadline.disarm()) {
            notPlain(start);
            expireWith(stage, deadline);
        }
        if (detour != null && (route.held & bit) != 0 && Abandoned.holds(detour.abandoned, this, stage)) {
            return Verdict.proceed();
        }
        recordDuration(stage);
        Verdict verdict = verdict(stage);
        return pretends ? pretend(stage, verdict) : verdict;
    }

    private @Nullable Verdict verdict(Stage stage) {
        try {
            return stage.policy().settle(this);
        } catch (Throwable thrown) {
            return Verdict.fail(withEarlier(thrown));
        }
    }

    private Verdict pretend(Stage stage, @Nullable Verdict verdict) {
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
            case TRY_AGAIN -> tryAgain(stage, ((Verdict.TryAgain) verdict).waitNanos());
            case DIVERT -> divert(stage, ((Verdict.Divert) verdict).target());
            case RETURN -> replace(stage, ((Verdict.Return) verdict).value());
            case FAIL -> {
                fail(((Verdict.Fail) verdict).cause());
                countOutcome();
                yield null;
            }
        };
    }

    private Step tryAgain(Stage stage, long nanos) {
        attempt++;
        reentered = true;
        EventWriter.triedAgain(route, stage, attempt, nanos, failure);
        enter(stage, Mode.ENFORCED);
        if (nanos == 0) {
            position++;
            return inward();
        }
        beginWait(nanos);
        position++;
        return Step.PAUSE;
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

    private void settleDownTo(int last) {
        for (position = innermostOpen(); position >= last; position--) {
            if (isOpen(position)) {
                Stage stage = route.stages[position];
                settleVoid(stage);
                countOutcome();
            }
        }
    }

    private void settleVoid(Stage stage) {
        open &= ~bit(position);
        shadowed &= ~bit(position);
        Deadline deadline = takeDeadline(position);
        if (deadline != null) {
            deadline.disarm();
        }
        if (detour == null || !Abandoned.holds(detour.abandoned, this, stage)) {
            recordDuration(stage);
            settleQuietly(stage);
        }
    }

    private void settleQuietly(Stage stage) {
        try {
            stage.policy().settle(this);
        } catch (Throwable thrown) {
            EventWriter.swallowed(route, stage, thrown);
        }
    }

    // How the call stands.

    private void succeed(@Nullable Object result) {
        outcome = Outcome.VALUE;
        value = result;
        failure = null;
    }

    private void fail(Throwable thrown) {
        plain = false;
        value = null;
        failure = thrown;
        if (thrown instanceof CallRejectedException) {
            outcome = Outcome.REFUSED;
        } else if (thrown instanceof InterruptedException || thrown instanceof CancellationException) {
            outcome = Outcome.CANCELLED;
        } else {
            outcome = Outcome.FAILURE;
        }
    }

    private Throwable withEarlier(Throwable thrown) {
        Throwable earlier = failure;
        if (earlier != null && earlier != thrown) {
            thrown.addSuppressed(earlier);
        }
        return thrown;
    }

    private void countOutcome() {
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

    private void count(int at, Count count) {
        if ((route.counted & bit(at)) != 0) {
            route.stages[at].tally().count(count);
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

    // Deadlines and waits.

    private void arm(Admission.ProceedWithin limit) {
        Deadline deadline = deadlineFactory.deadline(limit.nanos(), limit.wholeStream());
        deadlines = deadlines == null ? new Deadline[route.stages.length] : deadlines;
        deadlines[position] = deadline;
        route.runtime.deadlines().arm(deadline);
    }

    private @Nullable Deadline takeDeadline(int at) {
        if (deadlines == null || deadlines[at] == null) {
            return null;
        }
        Deadline taken = deadlines[at];
        deadlines[at] = null;
        route.runtime.deadlines().release(taken);
        return taken;
    }

    private int outermostFired() {
        for (int at = 0; deadlines != null && at < deadlines.length; at++) {
            if (deadlines[at] != null && deadlines[at].fired()) {
                return at;
            }
        }
        return NOWHERE;
    }

    /** A wait that was cut to a deadline ends at its time: the call need not wait for the watchdog to say so. */
    private void expireWhatIsOver() {
        for (int at = 0; deadlines != null && at < deadlines.length; at++) {
            if (deadlines[at] != null && deadlines[at].remaining(now()) <= 0) {
                deadlines[at].expireNow();
            }
        }
    }

    /** A deadline has passed: inside it everything is settled with the expiry; then the walk goes on outward. */
    private Step expire(int at) {
        endWait();
        abandonBody();
        newWalk();
        Stage stage = route.stages[at];
        Deadline deadline = takeDeadline(at);
        deadline.disarm();
        expireWith(stage, deadline);
        settleDownTo(at + 1);
        return outwardFrom(at);
    }

    private void expireWith(Stage stage, Deadline deadline) {
        plain = false;
        value = null;
        outcome = Outcome.EXPIRED;
        failure = new CallTimedOutException(stage.kind(), stage.name(), route.operation, deadline.nanos());
        EventWriter.expired(route, stage, deadline.nanos());
    }

    private void abandonBody() {
        if (bodyRuns) {
            bodyRuns = false;
            detour().abandoned = new Abandoned(open & route.held, detour().abandoned);
        }
    }

    private void beginWait(long nanos) {
        plain = false;
        long waitNanos = deadlines == null ? nanos : Math.max(0, Math.min(nanos, ownRemaining()));
        detour().beginWait(position, now(), waitNanos);
    }

    private long ownRemaining() {
        long least = Long.MAX_VALUE;
        for (Deadline deadline : deadlines) {
            least = deadline == null ? least : Math.min(least, deadline.remaining(now()));
        }
        return least;
    }

    private void endWait() {
        if (detour != null && detour.waitingAt != NOWHERE) {
            newWalk();
            route.stages[detour.waitingAt].tally().countWait(now() - detour.waitingSince);
            detour.endWait();
        }
    }

    private Detour detour() {
        if (detour == null) {
            detour = new Detour();
        }
        return detour;
    }

    private boolean isOpen(int at) {
        return (open & bit(at)) != 0;
    }

    private int innermostOpen() {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(open);
    }

    private String stageInWords(int at) {
        return route.stages[at].kind() + " '" + route.stages[at].name() + "'";
    }

    private static long bit(int at) {
        return 1L << at;
    }
}
