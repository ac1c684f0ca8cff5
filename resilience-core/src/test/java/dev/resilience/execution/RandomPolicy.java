package dev.resilience.execution;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A policy that gives any answer there is, as chance will have it. As thread-safe as its chance. */
final class RandomPolicy implements Policy, Hedger {

    private final Supplier<RandomGenerator> chance;
    private final Scheduler scheduler;
    private final Dialect dialect;
    private final long longest;
    private final boolean held;
    private final boolean usesScope;
    private final boolean hedges;

    /**
     * @param chance where the numbers come from, for each thread
     * @param longest the longest wait or deadline, in nanoseconds
     */
    RandomPolicy(Supplier<RandomGenerator> chance, Scheduler scheduler, Dialect dialect, long longest) {
        this.chance = chance;
        this.scheduler = scheduler;
        this.dialect = dialect;
        this.longest = longest;
        this.held = chance.get().nextBoolean();
        this.usesScope = chance.get().nextInt(4) == 0;
        this.hedges = chance.get().nextInt(4) == 0;
    }

    @Override
    public Admission admit(Call call) {
        RandomGenerator random = chance.get();
        dawdle(random);
        if (random.nextInt(4) == 0) {
            call.visitNeighbours((neighbour, view) -> view.mark(view.mark() + 1));
        }
        return dialect == Dialect.ENTRANCE ? onlyAdmitting(random) : anything(random);
    }

    private Admission onlyAdmitting(RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> Admission.proceedAfter(time(random));
            case 1, 2 -> Admission.askAgain(signal(random), time(random));
            case 3 -> Admission.fail(new ContractTest.Refusal());
            case 4 -> throw new ContractTest.Boom();
            default -> Admission.proceed();
        };
    }

    private Admission anything(RandomGenerator random) {
        return switch (random.nextInt(24)) {
            case 0 -> Admission.proceedWithin(Duration.ofNanos(time(random)));
            case 1 -> Admission.proceedWhollyWithin(Duration.ofNanos(time(random)));
            case 2 -> Admission.proceedAfter(time(random));
            case 3, 4 -> Admission.askAgain(signal(random), time(random));
            case 5 -> Admission.returning("answer");
            case 6 -> Admission.returningAndRefreshing("stale");
            case 7 -> Admission.fail(new ContractTest.Refusal());
            case 8 -> throw new ContractTest.Boom();
            default -> Admission.proceed();
        };
    }

    @Override
    public Verdict settle(Call call) {
        RandomGenerator random = chance.get();
        dawdle(random);
        return switch (dialect == Dialect.ENTRANCE ? 6 + random.nextInt(8) : random.nextInt(24)) {
            case 0 -> Verdict.tryAgain(0);
            case 1 -> Verdict.tryAgain(time(random));
            case 2 ->
                Verdict.divert((arguments, failure) ->
                        dialect.body(() -> work(random(), longest), scheduler).invoke());
            case 3 -> Verdict.returning("instead");
            case 4 -> Verdict.fail(new ContractTest.Boom());
            case 5 -> Verdict.askAgain(signal(random), time(random));
            case 6 -> throw new AssertionError("settle");
            default -> Verdict.proceed();
        };
    }

    @Override
    public boolean heldUntilBodyEnds() {
        return held;
    }

    @Override
    public boolean onlyAdmits() {
        return dialect == Dialect.ENTRANCE;
    }

    /** Streams and calls that end elsewhere can't be hedged. */
    @Override
    public @Nullable Hedger hedger() {
        return hedges && mayHedge(dialect) ? this : null;
    }

    static boolean mayHedge(Dialect dialect) {
        return dialect != Dialect.FLUX && dialect != Dialect.ENTRANCE;
    }

    @Override
    public long hedgeAfterNanos(Call call) {
        RandomGenerator random = chance.get();
        return switch (random.nextInt(8)) {
            case 0 -> throw new ContractTest.Boom();
            case 1 -> NEVER;
            case 2 -> 0;
            default -> time(random);
        };
    }

    @Override
    public boolean grantsHedge(Call call) {
        return switch (chance.get().nextInt(8)) {
            case 0 -> throw new ContractTest.Boom();
            case 1 -> false;
            default -> true;
        };
    }

    @Override
    public boolean isGood(Call call, @Nullable Object value) {
        return switch (chance.get().nextInt(8)) {
            case 0 -> throw new ContractTest.Boom();
            case 1, 2 -> false;
            default -> true;
        };
    }

    @Override
    public void won(Call call, long nanos, boolean byHedge) {
        if (chance.get().nextInt(8) == 0) {
            throw new ContractTest.Boom();
        }
    }

    @Override
    public boolean usesScope() {
        return usesScope;
    }

    /** Any work there is. */
    static Work work(RandomGenerator random, long longest) {
        Work work =
                switch (random.nextInt(8)) {
                    case 0 -> Work.fails(new ContractTest.Boom());
                    case 1 -> Work.throwsAtOnce(new ContractTest.Boom());
                    case 2 -> Work.fails(new AssertionError("work"));
                    case 3 -> Work.gives(null);
                    default -> Work.gives("value");
                };
        Work timed = random.nextBoolean() ? work : work.after(Duration.ofNanos(1 + random.nextLong(longest)));
        return random.nextInt(4) == 0 ? timed.ignoringTheEnd() : timed;
    }

    private RandomGenerator random() {
        return chance.get();
    }

    /** Now and then time passes while a policy thinks, so that deadlines pass in the middle of a walk. */
    private void dawdle(RandomGenerator random) {
        if (random.nextInt(16) == 0) {
            Dialect.idle(time(random), scheduler);
        }
    }

    private long time(RandomGenerator random) {
        return 1 + random.nextLong(longest);
    }

    private CompletionStage<?> signal(RandomGenerator random) {
        CompletableFuture<Object> signal = new CompletableFuture<>();
        switch (random.nextInt(3)) {
            case 0 -> signal.complete("go");
            case 1 -> scheduler.schedule(() -> signal.complete("go"), time(random));
            default -> {}
        }
        return signal;
    }
}
