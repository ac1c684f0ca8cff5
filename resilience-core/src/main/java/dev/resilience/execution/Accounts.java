package dev.resilience.execution;

import dev.resilience.budget.Charge;
import dev.resilience.budget.RetryBudget;
import dev.resilience.execution.Passages.Pass;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the budgets of nested calls: who is told of a call, who of a retry, and who pays. */
final class Accounts {

    private Accounts() {}

    /** The entry of a call that isn't alone or not in for the first time. */
    static void count(RetryBudget budget, CallView call, @Nullable CallScope around) {
        boolean again = call.attempt > 1;
        Pass pass = again && passages(call).passStage(call.position) ? Pass.SETTLED : Pass.NEW;
        for (CallScope scope = around; scope != null && pass == Pass.NEW; scope = scope.around()) {
            pass = scope.pass(budget);
        }
        if (pass == Pass.REPEATED || again && pass == Pass.NEW) {
            budget.retried(call.tick());
        } else if (pass == Pass.NEW) {
            budget.called(call.tick());
        }
    }

    /** One more try of this call. */
    static boolean spend(RetryBudget budget, CallView call) {
        Charge charge = new Charge(budget);
        Passages inside = passages(call);
        for (CallScope scope = call.ownScope(); scope != null; scope = scope.around()) {
            tell(scope.passages(), charge);
        }
        inside.addTo(charge, call.attempt);
        boolean granted = charge.spend(call.tick());
        if (granted) {
            inside.goInAgain(call.attempt, call.route.budgeted & -Entries.bit(call.position + 1));
        }
        return granted;
    }

    /** The same, where the call won't be sent in again all the same: that is the business of no other budget. */
    static boolean pretendToSpend(RetryBudget budget, CallView call) {
        return new Charge(budget).spend(call.tick());
    }

    /** Only a call that may be sent in again keeps such a record, and only such a call asks. */
    private static Passages passages(CallView call) {
        return Objects.requireNonNull(call.ownScope().passages(), "a policy that may try again");
    }

    private static void tell(@Nullable Passages passages, Charge charge) {
        if (passages != null) {
            passages.own().forEach(charge::seenBy);
        }
    }
}
