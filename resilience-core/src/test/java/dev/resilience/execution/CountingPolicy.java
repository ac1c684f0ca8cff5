package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.Tally;
import dev.resilience.Verdict;
import dev.resilience.budget.RetryBudget;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books of the policy inside: every entry it opens has to be closed by exactly one settlement. A permit is an
 * entry that is open, so open entries are what is never given back. Thread-safe.
 */
final class CountingPolicy implements Policy {

    private final Policy inside;
    private final boolean isolating;
    private final LongAdder questions = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder settles = new LongAdder();
    private final LongAdder refreshes = new LongAdder();
    private final Queue<String> offences = new ConcurrentLinkedQueue<>();

    /** @param isolating whether it wants methods to run on threads of their own */
    CountingPolicy(Policy inside, boolean isolating) {
        this.inside = inside;
        this.isolating = isolating;
    }

    /** How often a call came to this policy, the second questions after a wait not counted. */
    long questions() {
        return questions.sum();
    }

    /** How often it answered and asked for a refresh. */
    long refreshes() {
        return refreshes.sum();
    }

    /** How often it was settled. */
    long settles() {
        return settles.sum();
    }

    /** How many entries are open, given what the interpreter says how often it obeyed a wish to go in again. */
    long open(Tally tally) {
        return entries.sum() + tally.triedAgain() + tally.diverted() - settles.sum();
    }

    /** What must never happen: a settlement without an entry, or a second one. */
    Queue<String> offences() {
        return offences;
    }

    @Override
    public Admission admit(Call call) {
        Entry before = (Entry) call.memo();
        if (before == null) {
            questions.increment();
        } else if (before.closed.get()) {
            offences.add("asked with the memory of an entry that is closed");
        }
        return booked(call, before, answer(call, before));
    }

    @Override
    public Verdict settle(Call call) {
        settles.increment();
        Entry entry = (Entry) call.memo();
        if (entry == null) {
            offences.add("settled without an entry");
        } else if (!entry.closed.compareAndSet(false, true)) {
            offences.add("settled twice");
        }
        Verdict verdict = inside.settle(call);
        if (verdict instanceof Verdict.TryAgain || verdict instanceof Verdict.Divert) {
            call.memo(new Entry());
        }
        return verdict;
    }

    @Override
    public @Nullable RetryBudget budget() {
        return inside.budget();
    }

    @Override
    public boolean heldUntilBodyEnds() {
        return inside.heldUntilBodyEnds();
    }

    @Override
    public boolean isolatesBodies() {
        return isolating || inside.isolatesBodies();
    }

    @Override
    public boolean usesScope() {
        return inside.usesScope();
    }

    @Override
    public boolean onlyAdmits() {
        return inside.onlyAdmits();
    }

    private @Nullable Admission answer(Call call, @Nullable Entry before) {
        try {
            return inside.admit(call);
        } catch (Throwable thrown) {
            closedByThrowing(before);
            throw thrown;
        }
    }

    private @Nullable Admission booked(Call call, @Nullable Entry before, @Nullable Admission answer) {
        if (answer == null) {
            closedByThrowing(before);
        } else if (answer instanceof Admission.Return given && given.refresh()) {
            refreshes.increment();
            open(call, before);
        } else if (answer.step() != Admission.Step.RETURN && answer.step() != Admission.Step.FAIL) {
            open(call, before);
        }
        return answer;
    }

    private void open(Call call, @Nullable Entry before) {
        if (before == null) {
            entries.increment();
            call.memo(new Entry());
        }
    }

    private void closedByThrowing(@Nullable Entry before) {
        if (before != null && before.closed.compareAndSet(false, true)) {
            settles.increment();
        }
    }

    /** One entry, kept in the memo of the call. */
    private static final class Entry {
        private final AtomicBoolean closed = new AtomicBoolean();
    }
}
