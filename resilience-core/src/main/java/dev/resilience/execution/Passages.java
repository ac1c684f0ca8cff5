package dev.resilience.execution;

import dev.resilience.budget.Charge;
import dev.resilience.budget.RetryBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * What passes budgets inside one call, on whatever thread: if the call is sent in again, as much is likely to pass them again,
 * and whatever passes beyond that is new.
 *
 * <p>Such a repetition is paid for in all these budgets when it is granted, and not when it arrives there after its wait:
 * until then they would grant retries of their own as if there were none on the way. Whoever arrives is let by as long as
 * there is one that was paid for. Thread-safe.
 */
final class Passages {

    /** What it means to a budget that a call passes. */
    enum Pass {
        /** A call that was not there before, as far as this record tells. */
        NEW,
        /** It was there in the try before, and nobody has paid for that. */
        REPEATED,
        /** Nothing: it was paid for, or it is the one that the call itself was counted for. */
        SETTLED
    }

    private final List<RetryBudget> own;

    // Guarded by this:
    private final List<Passage> inside = new ArrayList<>(1);
    private int attempt = 1;
    private long paidStages;

    /** @param own the budgets of the call itself */
    Passages(List<RetryBudget> own) {
        this.own = own;
    }

    /** The budgets of the call itself. */
    List<RetryBudget> own() {
        return own;
    }

    /** A call inside passes this budget, in this try of the call. */
    synchronized Pass pass(RetryBudget budget, int current) {
        reach(current, false);
        return of(budget).pass();
    }

    /** A stage of the call itself counts an entry. @return whether it was paid for */
    synchronized boolean passStage(int position) {
        boolean paid = (paidStages & Entries.bit(position)) != 0;
        paidStages &= ~Entries.bit(position);
        return paid;
    }

    /** What it costs inside to send the call in again after this try. */
    synchronized void addTo(Charge charge, int current) {
        reach(current, false);
        inside.forEach(passage -> charge.and(passage.number, passage.budget));
    }

    /** The call was paid for and goes in again after this try, past these of its own stages. */
    synchronized void goInAgain(int current, long stages) {
        paidStages |= stages;
        reach(current + 1, true);
    }

    /** Not every policy that sends calls in again says so before. */
    private void reach(int current, boolean paid) {
        if (current > attempt) {
            attempt = current;
            inside.forEach(passage -> passage.again(paid, own));
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

    /** How often one budget was passed in this try, and how often it will be by what was there in the try before. */
    private static final class Passage {
        private final RetryBudget budget;
        private boolean isFree;
        private boolean isPaid;
        private int number;
        private int repeats;

        private Passage(RetryBudget budget, boolean isFree) {
            this.budget = budget;
            this.isFree = isFree;
        }

        private Pass pass() {
            if (isFree) {
                isFree = false;
                return Pass.SETTLED;
            }
            number++;
            if (repeats == 0) {
                return Pass.NEW;
            }
            repeats--;
            return isPaid ? Pass.SETTLED : Pass.REPEATED;
        }

        private void again(boolean paid, List<RetryBudget> own) {
            repeats = number;
            number = 0;
            isPaid = paid;
            isFree = own.contains(budget);
        }
    }
}
