package dev.resilience.fallback;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.Recollection;
import dev.resilience.Snapshot;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.failure.Coverable;
import dev.resilience.failure.Suppression;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Gives a failed call the last good value, if that is wanted and there, or diverts it to its fallbacks, one after the other,
 * until one gives a value.
 *
 * <p>The mark of an entry counts the targets that were tried or passed over, the memo lists what they failed with so far.
 * What a target fails with doesn't have to be covered: being asked is enough for the next one to be tried.
 */
final class FallbackPolicy implements Policy {

    static final String LAST_GOOD = "last-good";

    /** The memo of a call of which nobody could tell whose it is. */
    private static final List<Throwable> UNTOLD = Collections.unmodifiableList(new ArrayList<>());

    private final LongAdder replaced = new LongAdder();
    private final LongAdder recalled = new LongAdder();
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
        numbers.put(LAST_GOOD, recalled.sum());
        return Snapshot.of(numbers);
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean mayDivert(Class<?> failure, boolean blamesCaller) {
        return coverage.mayCover(failure, blamesCaller);
    }

    /**
     * A key, and what else tells the last good value from others', may be of the caller's thread, so both are asked for here
     * and found again later. If they can't be told, that is for the policy to say whose they are, and nobody asks again: on
     * another thread the answer may be about somebody else.
     */
    @Override
    public Admission admit(Call call) {
        try {
            call.key();
            call.variant();
        } catch (RuntimeException untold) {
            call.memo(UNTOLD);
        }
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
        if (failure == null || !isFor(failure, call)) {
            return giveUp(call, failure);
        }
        Verdict earlier = call.mark() == 0 ? lastGood(call) : null;
        return earlier == null ? next(call, failure) : earlier;
    }

    private boolean isFor(Throwable failure, Call call) {
        return call.mark() == 0 ? coverage.covers(failure) : Coverable.isOne(failure);
    }

    private @Nullable Verdict lastGood(Call call) {
        boolean told = call.memo() != UNTOLD;
        Verdict earlier = told && call.attribute(LAST_GOOD) instanceof Recollection memory ? memory.recall(call) : null;
        if (earlier != null) {
            recalled.increment();
            replaced.increment();
        }
        return earlier;
    }

    /** The next target that is for this failure. */
    private Verdict next(Call call, Throwable failure) {
        int number = (int) call.mark();
        Target next = target(call, number++);
        while (next != null && !next.isFor(failure)) {
            next = target(call, number++);
        }
        return next == null ? giveUp(call, failure) : divert(call, next, number, failure);
    }

    private static Verdict divert(Call call, Target next, int tried, Throwable failure) {
        List<Throwable> failed = new ArrayList<>(failures(call));
        failed.add(failure);
        call.memo(failed);
        call.mark(tried);
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
