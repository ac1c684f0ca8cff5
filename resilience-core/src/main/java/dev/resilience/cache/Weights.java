package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Collaborators;
import dev.resilience.failure.BrokenRules;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much each result weighs, and how much all may.
 *
 * <p>Without a weigher each weighs 1, and the bound is a number of results. With one, what has no weight of its own, which
 * is nothing at all and a failure, would weigh next to nothing: then whoever asks for ever new things that aren't there would
 * fill the heap below a bound in bytes. So each of those takes a ten-thousandth of the room, and no more of them fit than
 * results where nobody says anything. Immutable and thread-safe.
 */
final class Weights {

    /** What isn't to be kept has this weight. */
    static final int NONE = -1;

    private static final int MOST_WITHOUT_WEIGHT = 10_000;

    private final long most;
    private final @Nullable Lent<ResultWeigher> weigher;
    private final BrokenRules broken;

    Weights(CacheConfiguration configuration, Collaborators lender, BrokenRules broken) {
        Long maxWeight = configuration.maxWeight();
        String name = configuration.weigher();
        this.most = Objects.requireNonNull(maxWeight == null ? configuration.maxEntries() : maxWeight);
        this.weigher = maxWeight == null || name == null ? null : new Lent<>(ResultWeigher.class, name, lender);
        this.broken = broken;
    }

    /** How much all results together may weigh. */
    long most() {
        return most;
    }

    /** Whether these give every result the weight that those others give it. */
    boolean areLike(Weights other) {
        String name = weigher == null ? null : weigher.name();
        String others = other.weigher == null ? null : other.weigher.name();
        return Objects.equals(name, others);
    }

    /** The weight of a result, at least 1; {@link #NONE} if it can't be told, so that it isn't kept. */
    int of(@Nullable Object result) {
        if (weigher == null) {
            return 1;
        }
        return result == null || Nothing.isAll(result) ? ofNothing() : weighed(weigher, result);
    }

    /** The weight of a failure, and of a result that says there is nothing. */
    int ofNothing() {
        return weigher == null ? 1 : capped(most / MOST_WITHOUT_WEIGHT);
    }

    private int weighed(Lent<ResultWeigher> lent, Object result) {
        String culprit = "the weigher '" + lent.name() + "'";
        try {
            long weight = lent.get().weigh(result);
            if (weight >= 0) {
                return capped(weight);
            }
            broken.reportAnswer(culprit, Long.toString(weight), "the result is not kept");
        } catch (Throwable thrown) {
            broken.report(culprit, thrown, "the result is not kept");
        }
        return NONE;
    }

    /** The store counts in ints, and would never throw out what weighs nothing. */
    private static int capped(long weight) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, weight));
    }

    /** What is kept, with the weight it has by now; null if it can't be kept any more. */
    @Nullable Kept weighedAnew(Kept kept) {
        FailedLoad failed = kept.failed();
        if (failed == null) {
            int weight = kept.answer() instanceof Admission.Return given ? of(given.value()) : NONE;
            return weight == NONE ? null : kept.weighing(weight);
        }
        Kept good = failed.good() == null ? null : weighedAnew(failed.good());
        return kept.ofFailure(new FailedLoad(good, failed.isCovered()), weightOfFailure(good));
    }

    /** The weight of a failure behind which this result is kept. */
    int weightOfFailure(@Nullable Kept good) {
        return capped((long) ofNothing() + (good == null ? 0 : good.weight()));
    }
}
