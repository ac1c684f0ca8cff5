package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Hedger;
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
    private final LongAdder goneInAgain = new LongAdder();
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

    /**
     * How many entries are open, given what the interpreter says how often it obeyed a wish to go in again. Who goes in again
     * because this policy let him, when it was asked again, does so in the entry that was opened for the wait.
     */
    long open(Tally tally) {
        return entries.sum() + tally.triedAgain() - goneInAgain.sum() + tally.diverted() - settles.sum();
    }

    /** What must never happen: a settlement without an entry, or a second one. */
    Queue<String> offences() {
        return offences;
    }

    @Override
    public Admission admit(Call call) {
        Entry before = (Entry) call.memo();
        countOpened(before);
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
        countOpened(entry);
        if (entry == null) {
            offences.add("settled without an entry");
        } else if (!entry.closed.compareAndSet(false, true)) {
            offences.add("settled twice");
        }
        Verdict verdict = inside.settle(call);
        if (verdict instanceof Verdict.TryAgain || verdict instanceof Verdict.Divert) {
            call.memo(new Entry());
        } else if (verdict instanceof Verdict.AskAgain) {
            call.memo(Entry.afterAWait());
        }
        return verdict;
    }

    @Override
    public boolean heldUntilBodyEnds() {
        return inside.heldUntilBodyEnds();
    }

    @Override
    public boolean hearsOfBodiesLeft() {
        return inside.hearsOfBodiesLeft();
    }

    @Override
    public void bodiesEnded(Call call) {
        inside.bodiesEnded(call);
    }

    @Override
    public boolean isolatesBodies() {
        return isolating || inside.isolatesBodies();
    }

    @Override
    public @Nullable RetryBudget budget() {
        return inside.budget();
    }

    @Override
    public @Nullable Hedger hedger() {
        return inside.hedger();
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
            openUnlessOpen(call, before);
        } else if (answer.step() != Admission.Step.RETURN && answer.step() != Admission.Step.FAIL) {
            open(call, answer, before);
        }
        return answer;
    }

    /** Whether the wish to be asked again was obeyed shows when the policy hears of the call again. */
    private void countOpened(@Nullable Entry entry) {
        if (entry != null && entry.toBeOpened.compareAndSet(true, false)) {
            entries.increment();
        }
    }

    private void open(Call call, Admission answer, @Nullable Entry before) {
        if (before != null && answer.step() != Admission.Step.ASK_AGAIN && before.outside.getAndSet(false)) {
            goneInAgain.increment();
        }
        openUnlessOpen(call, before);
    }

    private void openUnlessOpen(Call call, @Nullable Entry before) {
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
        private final AtomicBoolean toBeOpened = new AtomicBoolean();
        private final AtomicBoolean outside = new AtomicBoolean();

        private static Entry afterAWait() {
            Entry entry = new Entry();
            entry.toBeOpened.set(true);
            entry.outside.set(true);
            return entry;
        }
    }
}
