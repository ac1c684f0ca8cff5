package dev.resilience.retry;

import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.budget.RetryBudget;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hedges of one policy: when they begin, how many there may be, and how many there were.
 *
 * <p>A hedge is one more attempt and keeps all rules of attempts: there are no more than {@code max-attempts}, the budget
 * grants it, none begins too late, and nothing is done twice that must not be repeated.
 *
 * <p>How slow is slow, where a percentile says it? Slower than the first tries of late that gave something good. Where the
 * hedge won, nobody knows how long the first would have taken, but longer than it has: so that is counted, or a percentile
 * would sink with every hedge that wins. What fails is left out: it may fail fast.
 */
final class Hedges implements Hedger {

    private final RetryBudget budget;
    private final Supplier<Plan> plan;
    private final RecentDurations durations;
    private final LongAdder hedged = new LongAdder();
    private final LongAdder won = new LongAdder();
    private volatile @Nullable HedgeAfter after;

    /** @param plan the one in force */
    Hedges(HedgeAfter after, RetryBudget budget, Supplier<Plan> plan, long now) {
        this.budget = budget;
        this.plan = plan;
        this.after = after;
        this.durations = new RecentDurations(after.share(), now);
    }

    /** @throws ResilienceConfigurationException if there are to be some: pipelines are put together once, and have no place for them */
    static void checkNone(@Nullable HedgeAfter changed) {
        if (changed != null) {
            throw new ResilienceConfigurationException(List.of(new Problem(
                    "hedge-after",
                    changed.toString(),
                    null,
                    "was unset at start-up, and pipelines are put together once",
                    "Set it in the configuration and restart")));
        }
    }

    /** Begins them at another time, or none of them any more. */
    void reconfigure(@Nullable HedgeAfter changed) {
        if (changed != null) {
            durations.share(changed.share());
        }
        after = changed;
    }

    @Override
    public long hedgeAfterNanos(Call call) {
        return call.mayBeRepeated() ? afterNanos(call.tick()) : NEVER;
    }

    private long afterNanos(long now) {
        HedgeAfter current = after;
        if (current == null) {
            return NEVER;
        }
        Duration time = current.time();
        return time == null ? durations.nanos(now) : time.toNanos();
    }

    @Override
    public Duration earliest() {
        HedgeAfter current = after;
        Duration time = current == null ? null : current.time();
        return time == null ? Duration.ZERO : time;
    }

    @Override
    public boolean grantsHedge(Call call) {
        Attempts attempts = call.memo() instanceof Attempts known ? known : new Attempts();
        Plan current = plan.get();
        boolean granted =
                !current.isLast(attempts.made()) && RetryPolicy.hasTime(call, current, 0) && call.spendTry(budget);
        if (granted) {
            attempts.hedged();
            call.memo(attempts);
            hedged.increment();
        }
        return granted;
    }

    @Override
    public int of(Call call) {
        return plan.get().maxAttempts();
    }

    /** A result that would be retried is as good as none. */
    @Override
    public boolean isGood(Call call, @Nullable Object value) {
        Plan current = plan.get();
        return !current.judgesResults() || !current.rules().retryResult(value);
    }

    @Override
    public void won(Call call, long nanos, boolean byHedge) {
        HedgeAfter current = after;
        if (current != null && current.time() == null) {
            durations.took(nanos, call.tick());
        }
        if (byHedge) {
            won.increment();
        }
    }

    void into(Map<String, Number> numbers, long now) {
        long nanos = afterNanos(now);
        numbers.put("hedged", hedged.sum());
        numbers.put("hedges-won", won.sum());
        numbers.put("hedge-after-millis", nanos == NEVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
