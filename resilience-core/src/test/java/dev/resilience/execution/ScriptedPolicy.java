package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A policy that answers what it was told to, in turn, and lets everything pass when it has nothing left to say. It
 * writes down what it was asked and told, such as {@code PROCEED FAILURE* TRY_AGAIN VALUE*}; the star says that the
 * method was invoked.
 */
final class ScriptedPolicy implements Policy {

    private final Queue<Function<Call, Admission>> admissions = new ArrayDeque<>();
    private final Queue<Function<Call, Verdict>> verdicts = new ArrayDeque<>();
    private final List<String> story = new ArrayList<>();
    private boolean held;
    private boolean hears;
    private boolean usesScope = true;
    private @Nullable Hedger hedger;

    /** What it answers to its next questions on the way in. */
    ScriptedPolicy admitting(Admission... answers) {
        for (Admission answer : answers) {
            admissions.add(call -> answer);
        }
        return this;
    }

    /** Like {@link #admitting(Admission...)}, where the answer needs the call, or is none. */
    ScriptedPolicy admittingBy(Function<Call, Admission> answer) {
        admissions.add(answer);
        return this;
    }

    /** What it answers on the way out, in turn. */
    ScriptedPolicy settling(Verdict... answers) {
        for (Verdict answer : answers) {
            verdicts.add(call -> answer);
        }
        return this;
    }

    /** Like {@link #settling(Verdict...)}, where the answer needs the call, or is none. */
    ScriptedPolicy settlingBy(Function<Call, Verdict> answer) {
        verdicts.add(answer);
        return this;
    }

    /** It is settled when the bodies have really ended. */
    ScriptedPolicy held() {
        held = true;
        return this;
    }

    /** It hears of the end of bodies that were left behind. */
    ScriptedPolicy hearing() {
        hears = true;
        return this;
    }

    /** Who decides about hedges. */
    ScriptedPolicy hedging(Hedger decides) {
        hedger = decides;
        return this;
    }

    /** It doesn't care for the scope of its calls. */
    ScriptedPolicy unscoped() {
        usesScope = false;
        return this;
    }

    /** What it was asked and told so far. */
    synchronized String story() {
        return String.join(" ", story);
    }

    @Override
    public Admission admit(Call call) {
        Admission answer = admission().apply(call);
        tell(String.valueOf(answer == null ? null : answer.step()));
        return answer;
    }

    @Override
    public Verdict settle(Call call) {
        tell(call.outcome() + (call.invoked() ? "*" : ""));
        Verdict verdict = verdict().apply(call);
        if (verdict != Verdict.proceed()) {
            tell(String.valueOf(verdict == null ? null : verdict.step()));
        }
        return verdict;
    }

    @Override
    public boolean heldUntilBodyEnds() {
        return held;
    }

    @Override
    public boolean hearsOfBodiesLeft() {
        return hears;
    }

    @Override
    public void bodiesEnded(Call call) {
        tell("ENDED after " + call.outcome());
    }

    @Override
    public boolean usesScope() {
        return usesScope;
    }

    @Override
    public @Nullable Hedger hedger() {
        return hedger;
    }

    @Override
    public boolean onlyAdmits() {
        return true;
    }

    private synchronized Function<Call, Admission> admission() {
        return admissions.isEmpty() ? call -> Admission.proceed() : admissions.remove();
    }

    private synchronized Function<Call, Verdict> verdict() {
        return verdicts.isEmpty() ? call -> Verdict.proceed() : verdicts.remove();
    }

    private synchronized void tell(String word) {
        story.add(word);
    }
}
