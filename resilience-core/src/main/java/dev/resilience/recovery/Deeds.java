package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.BrokenRules;
import dev.resilience.recovery.Restarting.Run;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does what rules say. Thread-safe. */
final class Deeds {

    private final String name;
    private final RetryBudget budget;
    private final Restarts restarts;
    private final Function<String, Restarting> restartings;
    private final Isolations isolations;
    private final RecoveryNumbers numbers;
    private final BrokenRules events;
    private final long maxWaitNanos;
    private final long restartPauseNanos;

    Deeds(
            String name,
            RetryBudget budget,
            Restarts restarts,
            Function<String, Restarting> restartings,
            Isolations isolations,
            RecoveryNumbers numbers,
            BrokenRules events,
            RecoveryConfiguration configuration) {
        this.name = name;
        this.budget = budget;
        this.restarts = restarts;
        this.restartings = restartings;
        this.isolations = isolations;
        this.numbers = numbers;
        this.events = events;
        this.maxWaitNanos = configuration.maxWait().toNanos();
        this.restartPauseNanos = configuration.restartPause().toNanos();
    }

    /** These actions of a rule, one by one. @param rule as it is written */
    List<Deed> of(List<RecoveryAction> actions, String rule) {
        List<Deed> deeds = new ArrayList<>();
        for (RecoveryAction action : actions) {
            int times = action instanceof RecoveryAction.Retry retry ? retry.times() : 1;
            deeds.addAll(Collections.nCopies(times, of(action, rule)));
        }
        return List.copyOf(deeds);
    }

    private Deed of(RecoveryAction action, String rule) {
        if (action instanceof RecoveryAction.Retry retry) {
            long after = retry.after().toNanos();
            return incident -> retry(incident, after);
        }
        if (action instanceof RecoveryAction.Restart restart) {
            Restarting restarting = restartings.apply(restart.name());
            return incident -> restart(incident, restarting);
        }
        if (action instanceof RecoveryAction.Isolate isolate) {
            return incident -> isolate(incident, isolate.time().toNanos(), rule);
        }
        return action == RecoveryAction.fallback() ? this::divert : incident -> escalate(incident, rule);
    }

    // Sending in again.

    private @Nullable Verdict retry(Incident incident, long after) {
        if (!incident.mayGoInAgain()) {
            return null;
        }
        Call call = incident.call();
        incident.course().isWorthARetry();
        if (call.scope().gaveUp(incident.failure()) && !incident.course().isAfterRestart()) {
            return null;
        }
        long wait = Math.max(after, incident.askedNanos());
        if (incident.askedNanos() > maxWaitNanos || wait >= call.remainingNanos()) {
            numbers.outOfTime.increment();
            return null;
        }
        if (!call.spendTry(budget)) {
            numbers.refusedByBudget.increment();
            return null;
        }
        numbers.retries.increment();
        restarts.note(call);
        return Verdict.tryAgain(wait);
    }

    // Restarting.

    private @Nullable Verdict restart(Incident incident, Restarting restarting) {
        Call call = incident.call();
        if (call.pretends() && !restarting.hasSucceededSince(call.mark())) {
            wouldHave(call, "restart " + restarting.name());
            return null;
        }
        long now = call.now();
        Run run = restarting.underWayOrBegun(
                call.mark(), now, restartPauseNanos, () -> began(restarting, incident), ended(restarting));
        if (run == null && restarting.hasSucceededSince(call.mark())) {
            return goesInAfterRestart(incident, restarting) ? Verdict.tryAgain(0) : null;
        }
        long wait = run == null ? 0 : run.leftNanos(maxWaitNanos, now);
        if (run == null || wait <= 0 || call.remainingNanos() <= 0 || !incident.mayGoInAgain()) {
            return null;
        }
        incident.course().awaits(run);
        return Verdict.askAgain(run.signal(), wait);
    }

    private boolean goesInAfterRestart(Incident incident, Restarting restarting) {
        return incident.mayGoInAgain()
                && incident.call().remainingNanos() > 0
                && goesIn(incident.call(), incident.course(), restarting);
    }

    /**
     * Whether a call goes in again after a restart. Others who gave up on it didn't know of that. All do who need it, though
     * there may be no try left in the budget, which hears of them in any case; but where the last one who did failed again,
     * restarts are of no use, and layers of them would let all that hangs in the others go in again and again.
     */
    boolean goesIn(Call call, Course course, Restarting restarting) {
        if (!call.spendTry(budget)) {
            if (!restarting.helps()) {
                numbers.refusedByBudget.increment();
                return false;
            }
            budget.retried(call.tick());
        }
        course.isAfterRestart(restarting);
        restarts.note(call);
        numbers.afterRestart.increment();
        return true;
    }

    private void began(Restarting restarting, Incident incident) {
        numbers.restarts.increment();
        String why = incident.failure().getClass().getSimpleName();
        events.publish(
                change(RecoveryKind.READY, RecoveryKind.RESTARTING, why + ": " + restarting.name() + " is restarted"));
    }

    private Consumer<@Nullable Throwable> ended(Restarting restarting) {
        return failure -> {
            if (failure != null) {
                numbers.failedRestarts.increment();
            }
            String how = failure == null
                    ? " was restarted"
                    : " couldn't be restarted, " + failure.getClass().getName();
            events.publish(change(RecoveryKind.RESTARTING, RecoveryKind.READY, restarting.name() + how));
        };
    }

    private ResilienceEvent change(String from, String to, String reason) {
        return new ResilienceEvent.StateChanged(RecoveryKind.ID, name, from, to, reason);
    }

    // Whatever else.

    private @Nullable Verdict isolate(Incident incident, long nanos, String rule) {
        isolations.isolate(incident.call(), nanos, rule);
        return null;
    }

    private @Nullable Verdict divert(Incident incident) {
        Course course = incident.course();
        Target next = target(incident.call(), course.targets());
        if (next == null || incident.call().hasGoneOut() || incident.call().remainingNanos() <= 0) {
            return null;
        }
        course.nextTarget();
        numbers.diverted.increment();
        return Verdict.divert(next);
    }

    private static @Nullable Target target(Call call, int number) {
        Object targets = call.attribute(RecoveryKind.FALLBACK);
        if (targets instanceof List<?> several) {
            return number < several.size() ? (Target) several.get(number) : null;
        }
        return number == 0 ? (Target) targets : null;
    }

    private @Nullable Verdict escalate(Incident incident, String rule) {
        Call call = incident.call();
        if (call.pretends()) {
            wouldHave(call, "escalate");
            return null;
        }
        numbers.escalated.increment();
        events.publish(
                new ResilienceEvent.Escalated(RecoveryKind.ID, name, call.operation(), rule, incident.failure()));
        return null;
    }

    private void wouldHave(Call call, String what) {
        events.publish(new ResilienceEvent.WouldHave(RecoveryKind.ID, name, call.operation(), what));
    }
}
