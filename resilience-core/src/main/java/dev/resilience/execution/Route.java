package dev.resilience.execution;

import dev.resilience.Hedger;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.budget.RetryBudget;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The stages of one guarded operation, outermost first, as the interpreter walks them. Immutable but for its count. */
public final class Route {

    /** More stages than anybody needs, and as many as one long has bits. */
    public static final int MOST_STAGES = 62;

    final String operation;
    final Stage[] stages;
    final long all;
    /** The stages that are settled when bodies end, and those that only hear of it. */
    final long held;

    final long hearing;
    final long counted;
    /** The stages that stand at the same place as the next one further in, and all that have a neighbour. */
    final long besideNext;

    final long beside;
    /** The stages whose placement has a key, and those with a cost. */
    final long keyed;

    final long priced;
    /** The stages that send calls in again within a budget, and these budgets. */
    final long budgeted;

    final List<RetryBudget> budgets;

    /** The same, as far as the stage that hedges, and further in. */
    final List<RetryBudget> budgetsAroundTries;

    final List<RetryBudget> budgetsOfTries;
    final boolean publishesScope;
    /** The outermost stage whose placement says how important a call is, or -1. */
    final int prioritised;

    /** The outermost stage that hedges, or -1, and what decides there. */
    final int hedgedAt;

    final @Nullable Hedger hedger;

    private final Stage[] isolating;
    private final boolean mayLeaveThread;
    final ExecutionRuntime runtime;
    final CallCounter plain;
    final Ends ends;
    private final boolean mayInvokeAgain;

    /**
     * @param plain counts the calls that every policy let in and out and that gave a value
     * @throws IllegalArgumentException if there are more than {@link #MOST_STAGES}
     */
    public Route(String operation, List<Stage> stages, ExecutionRuntime runtime, CallCounter plain) {
        if (stages.size() > MOST_STAGES) {
            throw new IllegalArgumentException(
                    operation + " has " + stages.size() + " policies; " + MOST_STAGES + " are the most");
        }
        this.operation = operation;
        this.stages = stages.toArray(Stage[]::new);
        this.all = (1L << stages.size()) - 1;
        this.held = where(stages, stage -> stage.policy().heldUntilBodyEnds());
        this.hearing = where(stages, stage -> stage.policy().hearsOfBodiesLeft());
        this.counted = counted(stages);
        this.besideNext = besideNext(stages);
        this.beside = besideNext | besideNext << 1;
        this.keyed = where(stages, stage -> stage.placement().key() != null);
        this.priced = where(stages, stage -> stage.placement().cost() != null);
        this.budgeted = where(stages, stage -> stage.policy().budget() != null);
        this.budgets = budgets(stages);
        this.prioritised = prioritised(stages);
        this.hedgedAt = hedgedAt(stages);
        this.budgetsAroundTries = budgets(stages.subList(0, hedgedAt + 1));
        this.budgetsOfTries = budgets(stages.subList(hedgedAt + 1, stages.size()));
        this.hedger = hedgedAt < 0 ? null : stages.get(hedgedAt).policy().hedger();
        this.publishesScope = prioritised >= 0
                || hedgedAt >= 0
                || budgeted != 0
                || stages.stream().anyMatch(stage -> stage.policy().usesScope());
        this.isolating =
                stages.stream().filter(stage -> stage.policy().isolatesBodies()).toArray(Stage[]::new);
        this.mayLeaveThread = hedgedAt >= 0 || isolating.length > 0;
        this.mayInvokeAgain = hedgedAt >= 0
                || stages.stream().anyMatch(stage -> stage.policy().mayTryAgain());
        this.runtime = runtime;
        this.plain = plain;
        this.ends = new Ends(plain);
    }

    /** The guarded operation. */
    public String operation() {
        return operation;
    }

    /** Whether a call may invoke the method more than once. */
    public boolean mayInvokeAgain() {
        return mayInvokeAgain;
    }

    /** The policy that wants the method to run on a thread of its own, or null. One that is only tried out wants nothing. */
    public @Nullable Stage isolator() {
        for (Stage stage : isolating) {
            if (stage.instance().mode() == Mode.ENFORCED) {
                return stage;
            }
        }
        return null;
    }

    /** The policy that gives slow calls a second try beside the first, or null. One that is only tried out gives none. */
    public @Nullable Stage hedging() {
        return hedgedAt >= 0 && stages[hedgedAt].instance().mode() == Mode.ENFORCED ? stages[hedgedAt] : null;
    }

    boolean hedges() {
        return hedging() != null;
    }

    /**
     * Whether everything of a call that its caller waits for happens on his thread. A hedge needs somebody who waits for
     * both tries, which no event loop may do: there is none for a call from there.
     */
    boolean staysOnThread() {
        return !mayLeaveThread || isolator() == null && !(hedges() && !EventLoop.isCurrent());
    }

    /** The stages, outermost first. */
    public List<Stage> stages() {
        return List.of(stages);
    }

    /** How the calls of the operation ended. */
    public Ends ends() {
        return ends;
    }

    private static long where(List<Stage> stages, Predicate<Stage> holds) {
        long bits = 0;
        for (int index = 0; index < stages.size(); index++) {
            bits |= holds.test(stages.get(index)) ? 1L << index : 0;
        }
        return bits;
    }

    private static List<RetryBudget> budgets(List<Stage> stages) {
        return stages.stream()
                .flatMap(stage -> Stream.ofNullable(stage.policy().budget()))
                .toList();
    }

    private static int hedgedAt(List<Stage> stages) {
        for (int index = 0; index < stages.size(); index++) {
            if (stages.get(index).policy().hedger() != null) {
                return index;
            }
        }
        return -1;
    }

    private static int prioritised(List<Stage> stages) {
        for (int index = 0; index < stages.size(); index++) {
            if (stages.get(index).placement().priority() != null) {
                return index;
            }
        }
        return -1;
    }

    private static long besideNext(List<Stage> stages) {
        long beside = 0;
        for (int index = 1; index < stages.size(); index++) {
            boolean same =
                    stages.get(index).place().equals(stages.get(index - 1).place());
            beside |= same ? 1L << index - 1 : 0;
        }
        return beside;
    }

    /** The outermost stage of each instance: a policy that stands in two places counts a call once. */
    private static long counted(List<Stage> stages) {
        Set<PolicyInstance<?, ?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        long counted = 0;
        for (int index = 0; index < stages.size(); index++) {
            counted |= seen.add(stages.get(index).instance()) ? 1L << index : 0;
        }
        return counted;
    }
}
