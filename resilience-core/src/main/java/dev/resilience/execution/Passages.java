package dev.resilience.execution;

import dev.resilience.budget.Charge;
import dev.resilience.budget.RetryBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * What passes budgets inside one call, on whatever thread: if the call is sent in again, all that is likely to pass them
 * again.
 *
 * <p>Such a retry is paid for in all these budgets when it is granted, and not when it arrives there after its wait: until
 * then they would grant retries of their own as if there were none on the way. Whoever arrives is let by as long as there is
 * one that was paid for. Thread-safe.
 */
final class Passages {

    private final List<RetryBudget> own;

    // Guarded by this:
    private final List<Passage> inside = new ArrayList<>(1);
    private long paidStages;

    /** @param own the budgets of the call itself */
    Passages(List<RetryBudget> own) {
        this.own = own;
    }

    /** The budgets of the call itself. */
    List<RetryBudget> own() {
        return own;
    }

    /**
     * A call inside passes this budget.
     *
     * @return whether it counts for nothing there: it was paid for, or it is the one that the call itself was counted for
     */
    synchronized boolean pass(RetryBudget budget) {
        Passage passage = of(budget);
        if (passage.isFree) {
            passage.isFree = false;
            return true;
        }
        passage.number++;
        if (passage.paid == 0) {
            return false;
        }
        passage.paid--;
        return true;
    }

    /** A stage of the call itself counts an entry. @return whether it was paid for */
    synchronized boolean passStage(int position) {
        boolean paid = (paidStages & Entries.bit(position)) != 0;
        paidStages &= ~Entries.bit(position);
        return paid;
    }

    /** What it costs inside to send the call in again. */
    synchronized void addTo(Charge charge) {
        inside.forEach(passage -> charge.and(passage.number, passage.budget));
    }

    /** The call was paid for and goes in again, past these of its own stages. */
    synchronized void goInAgain(long stages) {
        paidStages |= stages;
        for (Passage passage : inside) {
            passage.paid = passage.number;
            passage.number = 0;
            passage.isFree = own.contains(passage.budget);
        }
    }

    private Passage of(RetryBudget budget) {
        for (Passage passage : inside) {
            if (passage.budget == budget) {
                return passage;
            }
        }
        Passage passage = new Passage(budget, own.contains(budget));
        inside.add(passage);
        return passage;
    }

    /** How often one budget was passed in this try, and how often it may still be passed without counting. */
    private static final class Passage {
        private final RetryBudget budget;
        private boolean isFree;
        private int number;
        private int paid;

        private Passage(RetryBudget budget, boolean isFree) {
            this.budget = budget;
            this.isFree = isFree;
        }
    }
}
