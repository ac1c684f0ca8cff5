package dev.resilience.benchmarks;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.Scope;
import dev.resilience.Verdict;
import dev.resilience.budget.Charge;
import dev.resilience.budget.RetryBudget;
import dev.resilience.time.Time;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The least call a policy can be asked about: it is reused, and there is no interpreter around it. For one thread. */
final class BareCall implements Call {

    private static final Object[] NO_ARGUMENTS = {};
    /** An object, as the other rows give one: a policy that looks at values has to look at something. */
    private static final Object ANSWER = new Object();

    private final Time time;
    private @Nullable Object key;
    private @Nullable Object memo;
    private @Nullable Throwable failure;
    private long mark;
    private long now;
    private boolean read;
    private boolean invoked;

    BareCall(Time time) {
        this.time = time;
    }

    BareCall key(Object changed) {
        key = changed;
        return this;
    }

    /** Goes in and comes out with a value. @throws IllegalStateException if the policy doesn't let the call in */
    Verdict passThrough(Policy policy) {
        return passThrough(policy, null);
    }

    /** Goes in and comes out with this failure, or with a value if there is none. */
    Verdict passThrough(Policy policy, @Nullable Throwable ending) {
        Admission admission = ask(policy);
        if (admission != Admission.proceed()) {
            throw new IllegalStateException("not let in: " + admission);
        }
        invoked = true;
        read = false;
        failure = ending;
        return policy.settle(this);
    }

    /** Asks to go in. */
    Admission ask(Policy policy) {
        memo = null;
        mark = 0;
        failure = null;
        invoked = false;
        read = false;
        return policy.admit(this);
    }

    @Override
    public long now() {
        if (!read) {
            now = time.ticker().nanos();
            read = true;
        }
        return now;
    }

    @Override
    public long tick() {
        return time.pulse().tick();
    }

    @Override
    public long remainingNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public Outcome outcome() {
        return failure == null ? Outcome.VALUE : Outcome.FAILURE;
    }

    @Override
    public @Nullable Object value() {
        return failure == null ? ANSWER : null;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public boolean invoked() {
        return invoked;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public String operation() {
        return "benchmark";
    }

    @Override
    public Object[] arguments() {
        return NO_ARGUMENTS;
    }

    @Override
    public @Nullable Object key() {
        return key;
    }

    @Override
    public long cost() {
        return 1;
    }

    @Override
    public @Nullable String tier() {
        return null;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return null;
    }

    @Override
    public long mark() {
        return mark;
    }

    @Override
    public void mark(long changed) {
        mark = changed;
    }

    @Override
    public @Nullable Object memo() {
        return memo;
    }

    @Override
    public void memo(@Nullable Object changed) {
        memo = changed;
    }

    @Override
    public boolean hasNeighbours() {
        return false;
    }

    @Override
    public void visitNeighbours(BiConsumer<Policy, Call> visitor) {}

    @Override
    public void countIn(RetryBudget budget) {
        budget.called(tick());
    }

    @Override
    public boolean spendTry(RetryBudget budget) {
        return new Charge(budget).spend(tick());
    }

    @Override
    public Scope scope() {
        throw new UnsupportedOperationException("a bare call has no scope");
    }
}
