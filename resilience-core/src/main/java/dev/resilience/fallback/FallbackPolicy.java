package dev.resilience.fallback;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.Snapshot;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.failure.Suppression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Diverts a failed call to its fallbacks, one after the other, until one gives a value.
 *
 * <p>The mark of an entry counts the targets that were tried, the memo lists what they failed with so far. What a target fails
 * with doesn't have to be covered: being asked is enough for the next one to be tried.
 */
final class FallbackPolicy implements Policy {

    private final LongAdder replaced = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Coverage coverage;

    FallbackPolicy(FallbackConfiguration configuration) {
        this.coverage = new Coverage(configuration);
    }

    void reconfigure(FallbackConfiguration configuration) {
        coverage = new Coverage(configuration);
    }

    Snapshot snapshot() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("replaced", replaced.sum());
        numbers.put("failed", failed.sum());
        return Snapshot.of(numbers);
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public Admission admit(Call call) {
        return Admission.proceed();
    }

    @Override
    public Verdict settle(Call call) {
        return switch (call.outcome()) {
            case VALUE -> value(call);
            case FAILURE, REFUSED, EXPIRED -> failure(call);
            case CANCELLED -> Verdict.proceed();
        };
    }

    private Verdict value(Call call) {
        if (call.mark() > 0) {
            replaced.increment();
        }
        return Verdict.proceed();
    }

    private Verdict failure(Call call) {
        Throwable failure = call.failure();
        Target next = isFor(failure, call) ? target(call, (int) call.mark()) : null;
        return failure == null || next == null ? giveUp(call, failure) : divert(call, next, failure);
    }

    private boolean isFor(@Nullable Throwable failure, Call call) {
        return call.mark() == 0 ? coverage.covers(failure) : Coverage.mayBeCovered(failure);
    }

    private static Verdict divert(Call call, Target next, Throwable failure) {
        List<Throwable> failed = new ArrayList<>(failures(call));
        failed.add(failure);
        call.memo(failed);
        call.mark(call.mark() + 1);
        return Verdict.divert(next);
    }

    private Verdict giveUp(Call call, @Nullable Throwable failure) {
        if (call.mark() > 0 && failure != null) {
            failed.increment();
            Suppression.into(failure, failures(call));
        }
        return Verdict.proceed();
    }

    @SuppressWarnings("unchecked") // Nobody else writes into the memo of this policy.
    private static List<Throwable> failures(Call call) {
        Object memo = call.memo();
        return memo == null ? List.of() : (List<Throwable>) memo;
    }

    /** The target of this number: the methods in their order, then the value; null beyond the last. */
    private static @Nullable Target target(Call call, int number) {
        Object method = call.attribute("method");
        int methods = method instanceof List<?> list ? list.size() : method instanceof Target ? 1 : 0;
        if (number < methods) {
            return (Target) (method instanceof List<?> list ? list.get(number) : method);
        }
        return number == methods ? (Target) call.attribute("value") : null;
    }
}
