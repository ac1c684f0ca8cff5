package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Tally.Count;
import org.jspecify.annotations.Nullable;

/**
 * The walk that leads a call inward: every policy is asked whether it lets the call in, and obeyed. Whoever doesn't turns the
 * walk outward.
 */
abstract class WayIn extends WayOut {

    /** What counted as invoked before the method was about to be; see {@link dev.resilience.WithdrawnException}. */
    long invokedBefore;

    private boolean walkingIn;
    private boolean turned;

    /** @see WayOut */
    WayIn(
            Route route,
            Object[] arguments,
            @Nullable Object @Nullable [] cell,
            @Nullable Alarms alarms,
            @Nullable CallScope around,
            @Nullable Object context,
            boolean races) {
        super(route, arguments, cell, alarms, around, context, races);
    }

    /** The inner rest of the other call, detached. */
    WayIn(WayOut origin, Alarms alarms) {
        super(origin, alarms);
    }

    /** A try of what the other call leaves to tries that race. */
    WayIn(WayOut origin, CallScope around, Alarms alarms) {
        super(origin, around, alarms);
    }

    /** A refusal that is tried again at once turns the walk round on its own stack, which must not grow with the attempts. */
    @Override
    final Step inward() {
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
        int end = end();
        while (position < end) {
            Step step = enterStage(stages[position]);
            if (step != null) {
                return step;
            }
        }
        if (open != route.all) {
            plain = false;
        }
        invokedBefore = invoked;
        if (!races) {
            invoked |= open;
        }
        bodyRuns = true;
        if (hasDetour()) {
            detour().diversion = null;
            detour().isReplaced = false;
        }
        return Step.INVOKE;
    }

    /** One stage further in, or the step that keeps the call from going there. */
    private @Nullable Step enterStage(Stage stage) {
        Mode mode = stage.instance().mode();
        if (mode != Mode.ENFORCED && !isOpen(position) && !isSpokenFor()) {
            return enterWithoutForce(stage, mode);
        }
        Admission admission;
        try {
            admission = stage.policy().admit(this);
        } catch (Throwable thrown) {
            return outwardAfterThrowing(thrown);
        }
        if (admission == Admission.Proceed.INSTANCE) {
            enter(stage, Mode.ENFORCED);
            position++;
            return null;
        }
        return obey(stage, admission);
    }

    private @Nullable Step enterWithoutForce(Stage stage, Mode mode) {
        if (mode == Mode.OFF) {
            position++;
            return null;
        }
        Admission admission = askInShadow(stage);
        if (admission != Admission.Proceed.INSTANCE) {
            return pretend(stage, admission);
        }
        enter(stage, Mode.SHADOW);
        position++;
        return null;
    }

    private @Nullable Admission askInShadow(Stage stage) {
        pretends = true;
        try {
            return stage.policy().admit(this);
        } catch (Throwable thrown) {
            return Admission.fail(thrown);
        } finally {
            pretends = false;
        }
    }

    private Step outwardAfterThrowing(Throwable thrown) {
        open &= ~bit(position);
        fail(thrown);
        count(position, Count.FAILURE);
        return outwardFrom(position - 1);
    }

    private @Nullable Step obey(Stage stage, @Nullable Admission admission) {
        if (admission == null) {
            return outwardAfterThrowing(new IllegalStateException(stageInWords(position) + " answered null"));
        }
        switch (admission.step()) {
            case PROCEED, PROCEED_WITHIN -> {
                enter(stage, Mode.ENFORCED);
                arm((Admission.ProceedWithin) admission);
                position++;
                return null;
            }
            case PROCEED_AFTER -> {
                enter(stage, Mode.ENFORCED);
                beginWait(((Admission.ProceedAfter) admission).waitNanos());
                position++;
                return Step.PAUSE;
            }
            case ASK_AGAIN -> {
                enter(stage, Mode.ENFORCED);
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
        countAnswered();
        return outwardFrom(position - 1);
    }

    /** An entry that a wait has opened goes along with the refresh, and is settled there. */
    private Step refresh() {
        open &= ~bit(position);
        count(position, Count.ANSWERED);
        detour().forkAt = position--;
        return Step.FORK;
    }

    /** Who fails a call with what it failed with before has refused nothing: it only doesn't go in again. */
    private Step refuse(Stage stage, Throwable cause) {
        plain = false;
        if (cause != failure) {
            fail(cause);
            tell(stage, cause);
        }
        if (isOpen(position)) {
            decidedAt = position;
            return outwardFrom(position);
        }
        count(position, cause instanceof CallRejectedException ? Count.REFUSED : Count.FAILURE);
        return outwardFrom(position - 1);
    }

    /** What somebody else has failed with, such as the load of a cache, is no refusal, and isn't counted as one. */
    private void tell(Stage stage, Throwable cause) {
        if (cause instanceof CallRejectedException) {
            EventWriter.refused(route, stage, cause);
        }
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

    /** The policy that had the call wait on its way out is asked; only if it lets the call in, it goes in again. */
    final Step inwardAgain(Stage stage) {
        int mine = attempt;
        Step step = enterStage(stage);
        boolean elsewhere = attempt != mine;
        if (!elsewhere && (step == null || step == Step.PAUSE)) {
            attempt++;
            troubled = true;
            EventWriter.triedAgain(route, stage, attempt, now() - detour().outSince, 0, failure);
        } else if (!elsewhere && step == Step.AWAIT) {
            detour().wasIn = true;
        }
        return step == null ? inward() : step;
    }
}
