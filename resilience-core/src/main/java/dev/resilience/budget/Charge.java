package dev.resilience.budget;

import java.util.Comparator;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one more try of a call costs: a retry of the budget that has to grant it, and retries of the budgets that have to
 * know about it. Used once, by one thread.
 *
 * <p>Each budget that a call passes shall know of every retry of that call, or layers of retries would each have as many as
 * all of them together may have. Telling one after the other isn't enough: two layers could each grant the last retry
 * before they hear of the other one's. So all are held until all are told, in an order that everybody keeps.
 */
public final class Charge {

    private final RetryBudget asked;
    private final SortedMap<RetryBudget, Integer> retries = new TreeMap<>(Comparator.comparingLong(RetryBudget::rank));

    /** A retry of this budget, which has to grant it. */
    public Charge(RetryBudget asked) {
        this.asked = asked;
        retries.put(asked, 1);
    }

    /** The same retry, seen by another budget. Seen twice it is still one. */
    public Charge seenBy(RetryBudget told) {
        retries.putIfAbsent(told, 1);
        return this;
    }

    /** So many retries of this budget besides. */
    public Charge and(int more, RetryBudget told) {
        retries.merge(told, more, Integer::sum);
        return this;
    }

    /** Takes all of it, if the budget that is asked has as much left as it would cost that one. */
    public boolean spend(long now) {
        return holding(retries.keySet().iterator(), now);
    }

    private boolean holding(Iterator<RetryBudget> rest, long now) {
        if (!rest.hasNext()) {
            return take(now);
        }
        synchronized (rest.next()) {
            return holding(rest, now);
        }
    }

    private boolean take(long now) {
        if (asked.available(now) < retries.get(asked)) {
            return false;
        }
        retries.forEach((budget, number) -> budget.retried(number, now));
        return true;
    }
}
