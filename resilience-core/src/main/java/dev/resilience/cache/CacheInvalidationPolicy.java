package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyInstance;
import dev.resilience.Selection;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.failure.FailureType;
import dev.resilience.failure.Failures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Drops results of the cache of its name when a method has overtaken them. Thread-safe.
 *
 * <p>When has it? After a success, certainly; and a method that has thrown says itself that it came to nothing. But what of one
 * that ran out of time, or whose caller has left? Nobody knows what it has written by then, and a body that was left behind may
 * write for a while yet. A result that is dropped for nothing costs one load; one that is kept wrongly is wrong for its whole
 * time to live. So what nobody knows counts as written: the results are dropped when the call ends, and once more when the last
 * body it has left behind has ended.
 *
 * <p>Which results are meant is asked on the way in, because a method may change its arguments; it is the memo of the entry. In
 * shadow mode there is none.
 */
public final class CacheInvalidationPolicy implements Policy {

    private final String cache;
    private final PolicyContext context;
    private final Failures failures;
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder wouldInvalidate = new LongAdder();
    private final LongAdder withoutCache = new LongAdder();
    private final AtomicBoolean toldOfMissing = new AtomicBoolean();

    CacheInvalidationPolicy(String cache, PolicyContext context) {
        this.cache = cache;
        this.context = context;
        this.failures = new Failures(context.classifiers());
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean hearsOfBodiesLeft() {
        return true;
    }

    @Override
    public Admission admit(Call call) {
        Selection meant = selection(call);
        if (isBefore(call)) {
            act(call, meant);
        } else if (!call.pretends()) {
            call.memo(meant);
        }
        return Admission.proceed();
    }

    private Selection selection(Call call) {
        Object key = call.key();
        if (key != null) {
            return Selection.key(key);
        }
        if (call.attribute(CacheInvalidationKind.PREFIX) instanceof Expression prefix) {
            return Selection.prefix(text(call, prefix.evaluate(call.arguments(), call.context())));
        }
        return call.attribute(CacheInvalidationKind.OPERATION) instanceof String operation
                ? Selection.operation(operation)
                : Selection.all();
    }

    private String text(Call call, @Nullable Object prefix) {
        if (prefix instanceof CharSequence text) {
            return text.toString();
        }
        throw new IllegalArgumentException("the prefix by which " + call.operation() + " drops results of the cache '"
                + cache + "' has to be a text, not "
                + (prefix == null ? "null" : "a " + prefix.getClass().getSimpleName()));
    }

    private static boolean isBefore(Call call) {
        return Boolean.TRUE.equals(call.attribute(CacheInvalidationKind.BEFORE));
    }

    @Override
    public Verdict settle(Call call) {
        Selection meant = (Selection) call.memo();
        boolean acts = meant != null || call.pretends() && !isBefore(call);
        if (acts && mayHaveWritten(call)) {
            act(call, meant);
        }
        return Verdict.proceed();
    }

    /** A method that was about to be invoked and of which nobody has heard, or only that it took too long, may have written. */
    private boolean mayHaveWritten(Call call) {
        return switch (call.outcome()) {
            case VALUE -> true;
            case EXPIRED, CANCELLED -> call.invoked();
            case REFUSED -> false;
            case FAILURE -> call.invoked() && isTimeout(call.failure());
        };
    }

    private boolean isTimeout(@Nullable Throwable failure) {
        return failure != null && FailureType.of(failure, failures) == FailureType.TIMEOUT;
    }

    @Override
    public void bodiesEnded(Call call) {
        if (call.memo() instanceof Selection meant) {
            act(call, meant);
        }
    }

    /** @param meant null only in the shadow */
    private void act(Call call, @Nullable Selection meant) {
        if (call.pretends() || meant == null) {
            wouldInvalidate.increment();
            return;
        }
        Optional<PolicyInstance<?, ?>> keeper = context.kept().find(cache);
        if (keeper.isPresent()) {
            invalidations.increment();
            dropped.add(keeper.get().drop(meant, call.operation()).orElse(0));
        } else {
            withoutCache.increment();
            tellOfMissing();
        }
    }

    /** A cache that isn't there has nothing to drop. But it may be that it is only called otherwise. */
    private void tellOfMissing() {
        if (toldOfMissing.compareAndSet(false, true)) {
            context.events()
                    .publish(new Noticed(
                            CacheInvalidationKind.ID,
                            cache,
                            "there is no cache '" + cache + "' by now, so nothing was dropped"));
        }
    }

    Snapshot snapshot() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("invalidations", invalidations.sum());
        numbers.put("dropped", dropped.sum());
        numbers.put("would-invalidate", wouldInvalidate.sum());
        numbers.put("without-cache", withoutCache.sum());
        return Snapshot.of(numbers);
    }
}
