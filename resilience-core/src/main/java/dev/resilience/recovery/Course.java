package dev.resilience.recovery;

import dev.resilience.Verdict;
import dev.resilience.failure.Suppression;
import dev.resilience.recovery.Restarting.Run;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call remembers of its failures and of what was done about them. Made at the first failure that a rule is about;
 * used by one thread at a time.
 *
 * <p>Every failure is looked up in the rules anew, because the second may be another one. What a rule has done for this call
 * it doesn't do again, so a call goes in again no more often than all rules say together. Only what comes of a fallback, or of
 * waiting in vain, isn't looked up: it belongs to the failure before.
 */
final class Course {

    private final Plan plan;
    private final int[] done;
    private final List<Throwable> failures = new ArrayList<>();
    private @Nullable Rule rule;
    private List<Deed> deeds = List.of();
    private @Nullable Rule acting;
    private @Nullable Run awaited;
    private int targets;
    private boolean isSettled;
    private boolean isWorthARetry;
    private @Nullable Restarting restarted;

    Course(Plan plan) {
        this.plan = plan;
        this.done = new int[plan.rules().size()];
    }

    /** The rules that hold for this call, whatever is configured meanwhile. */
    Plan plan() {
        return plan;
    }

    /** Finds the rule for this failure. @return false if none is about it */
    boolean takes(Incident incident) {
        if (isSettled) {
            isSettled = false;
            return true;
        }
        for (Rule candidate : plan.rules()) {
            List<Deed> found = candidate.deeds().apply(incident);
            if (!found.isEmpty()) {
                rule = candidate;
                deeds = found;
                return true;
            }
        }
        return false;
    }

    /** Does what the rule has left to do. @return null if nothing is left that decides about the call */
    @Nullable Verdict goesOn(Incident incident) {
        int index = rule == null ? 0 : rule.index();
        while (rule != null && done[index] < deeds.size()) {
            Deed next = deeds.get(done[index]++);
            Verdict verdict = next.done(incident);
            if (verdict != null) {
                acting = rule;
                failures.add(incident.failure());
                return verdict;
            }
            skip(next, index);
        }
        return null;
    }

    /** What can't be done of {@code retry 3} now can't be done a second time either, and counts once. */
    private void skip(Deed same, int index) {
        while (done[index] < deeds.size() && deeds.get(done[index]) == same) {
            done[index]++;
        }
    }

    /** The rule that found the call, or null. */
    @Nullable Rule rule() {
        return rule;
    }

    /** The rule that did something to save the call, and hasn't given up; null if there is none. */
    @Nullable Rule acting() {
        return acting;
    }

    /** The rule that acted has not saved the call. @return it, or null if there was none */
    @Nullable Rule actedInVain() {
        Rule vain = acting;
        acting = null;
        return vain;
    }

    /** The number of the next fallback. If it fails, the same deed is up again. */
    int nextTarget() {
        if (rule != null) {
            done[rule.index()]--;
        }
        isSettled = true;
        return targets++;
    }

    int targets() {
        return targets;
    }

    /** It waits for this restart on its way out. */
    void awaits(Run run) {
        awaited = run;
    }

    /** What it has waited for, which it does no more; null if it wasn't waiting. */
    @Nullable Run waited() {
        Run over = awaited;
        awaited = null;
        return over;
    }

    /** It has waited in vain: the same failure comes again, and the rule goes on. */
    void waitedInVain() {
        isSettled = true;
    }

    boolean isSettled() {
        return isSettled;
    }

    /** The world is another one: what others gave up on before may go well. */
    void isAfterRestart(Restarting of) {
        restarted = of;
    }

    boolean isAfterRestart() {
        return restarted != null;
    }

    /** Tells the restart that it went in again after, if there was one, how it ended. */
    void ended(boolean well) {
        if (restarted != null) {
            restarted.helped(well);
        }
    }

    /** A rule would have it in again: if it can't, nobody further out shall. */
    void isWorthARetry() {
        isWorthARetry = true;
    }

    boolean wasWorthARetry() {
        return isWorthARetry;
    }

    /** Suppresses the earlier failures into the last one, which is the one that goes out. */
    void suppressInto(Throwable last) {
        Suppression.into(last, failures);
    }
}
