package dev.resilience;

import dev.resilience.budget.Charge;
import dev.resilience.budget.RetryBudget;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A call in the hands of a test, for asking a policy and reading its answers without an interpreter. */
public final class FakeCall implements Call {

    private final LongSupplier now;
    private final LongSupplier tick;
    private final Map<String, Object> attributes = new HashMap<>();
    private final List<Object> work = new CopyOnWriteArrayList<>();
    private final Map<Object, Boolean> gaveUp = new IdentityHashMap<>();
    private String operation = "Test.operation";
    private Object[] arguments = {};
    private long remainingNanos = Long.MAX_VALUE;
    private Outcome outcome = Outcome.VALUE;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private boolean invoked;
    private boolean goneOut;
    private boolean substitute;
    private boolean pretending;
    private int attempt = 1;
    private @Nullable Object key;
    private @Nullable Object variant;
    private long cost = 1;
    private @Nullable Object tier;
    private int priority;
    private boolean brokenPriority;
    private long mark;
    private @Nullable Object memo;
    private @Nullable FakeCall around;
    private final Map<Policy, Call> neighbours = new LinkedHashMap<>();

    public FakeCall(ManualTime time) {
        this(time::nanos, time::tick);
    }

    /** A call by these clocks. */
    public FakeCall(LongSupplier now, LongSupplier tick) {
        this.now = now;
        this.tick = tick;
    }

    public FakeCall key(@Nullable Object key) {
        this.key = key;
        return this;
    }

    public FakeCall variant(@Nullable Object variant) {
        this.variant = variant;
        return this;
    }

    public FakeCall cost(long cost) {
        this.cost = cost;
        return this;
    }

    public FakeCall tier(@Nullable Object tier) {
        this.tier = tier;
        return this;
    }

    public FakeCall priority(int priority) {
        this.priority = priority;
        return this;
    }

    /** It is made inside the method of that call. */
    public FakeCall inside(FakeCall outer) {
        this.around = outer;
        return this;
    }

    /** Its priority can't be told. */
    public FakeCall brokenPriority() {
        this.brokenPriority = true;
        return this;
    }

    public FakeCall operation(String operation) {
        this.operation = operation;
        return this;
    }

    public FakeCall arguments(Object... arguments) {
        this.arguments = arguments;
        return this;
    }

    public FakeCall attribute(String name, Object value) {
        attributes.put(name, value);
        return this;
    }

    public FakeCall remaining(long nanos) {
        this.remainingNanos = nanos;
        return this;
    }

    public FakeCall attempt(int attempt) {
        this.attempt = attempt;
        return this;
    }

    /** A part of the result has gone out. */
    public FakeCall goneOut() {
        this.goneOut = true;
        return this;
    }

    /** What the call ended with is that of a policy further in. */
    public FakeCall substitute() {
        this.substitute = true;
        return this;
    }

    /** The policy is in shadow mode. */
    public FakeCall pretending() {
        this.pretending = true;
        return this;
    }

    /** The method was invoked and gave this. */
    public FakeCall gave(@Nullable Object value) {
        return ended(Outcome.VALUE, value, null, true);
    }

    /** The method was invoked and threw this. */
    public FakeCall threw(Throwable failure) {
        return ended(Outcome.FAILURE, null, failure, true);
    }

    /** The call ended in any way. */
    public FakeCall ended(Outcome outcome, @Nullable Object value, @Nullable Throwable failure, boolean invoked) {
        this.outcome = outcome;
        this.value = value;
        this.failure = failure;
        this.invoked = invoked;
        return this;
    }

    @Override
    public long now() {
        return now.getAsLong();
    }

    @Override
    public long tick() {
        return tick.getAsLong();
    }

    @Override
    public long remainingNanos() {
        return remainingNanos;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }

    @Override
    public @Nullable Object value() {
        return value;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public boolean hasGoneOut() {
        return goneOut;
    }

    @Override
    public boolean invoked() {
        return invoked;
    }

    @Override
    public boolean isSubstitute() {
        return substitute;
    }

    @Override
    public boolean pretends() {
        return pretending;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String operation() {
        return operation;
    }

    @Override
    public Object[] arguments() {
        return arguments;
    }

    @Override
    public @Nullable Object key() {
        return key;
    }

    @Override
    public @Nullable Object variant() {
        return variant;
    }

    @Override
    public long cost() {
        return cost;
    }

    @Override
    public @Nullable Object tier() {
        return tier;
    }

    @Override
    public int priority() {
        if (brokenPriority) {
            throw new IllegalArgumentException("no priority");
        }
        return priority;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return attributes.get(name);
    }

    @Override
    public long mark() {
        return mark;
    }

    @Override
    public void mark(long mark) {
        this.mark = mark;
    }

    @Override
    public @Nullable Object memo() {
        return memo;
    }

    @Override
    public void memo(@Nullable Object memo) {
        this.memo = memo;
    }

    /** A neighbour further in, and how it will see the call. */
    public FakeCall beside(Policy neighbour, Call view) {
        neighbours.put(neighbour, view);
        return this;
    }

    @Override
    public boolean hasNeighbours() {
        return !neighbours.isEmpty() || memo != null;
    }

    @Override
    public void visitNeighbours(BiConsumer<Policy, Call> visitor) {
        neighbours.forEach(visitor);
    }

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
        return new Scope() {
            @Override
            public void gaveUpOn(@Nullable Object outcome) {
                gaveUp.put(outcome, true);
            }

            @Override
            public boolean gaveUp(@Nullable Object outcome) {
                return gaveUp.containsKey(outcome);
            }

            @Override
            public void working(Object task) {
                work.add(0, task);
            }

            @Override
            public void worked(Object task) {
                work.removeIf(done -> done == task);
            }

            @Override
            public List<Object> work() {
                List<Object> all = new ArrayList<>(work);
                all.addAll(around == null ? List.of() : around.scope().work());
                return all;
            }
        };
    }
}
