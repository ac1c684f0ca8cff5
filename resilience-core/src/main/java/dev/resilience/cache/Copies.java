package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Collaborators;
import dev.resilience.failure.BrokenRules;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no caller shares a result with another one, where a cache has a copier.
 *
 * <p>The leader of a load has what the method gave. What is kept is a copy made before he has it, and whoever else gets the
 * result gets a copy of that. Without a copier all get the same. Thread-safe.
 */
final class Copies {

    private final Collaborators lender;
    private final BrokenRules broken;
    private volatile @Nullable Lent<ResultCopier> copier;

    Copies(Collaborators lender, BrokenRules broken) {
        this.lender = lender;
        this.broken = broken;
    }

    void reconfigure(CacheConfiguration configuration) {
        String name = configuration.copier();
        copier = name == null ? null : new Lent<>(ResultCopier.class, name, lender);
    }

    /** The answer with a copy of its result, the answer itself where nothing needs one, or a failure where there is none. */
    Admission of(Admission answer) {
        Lent<ResultCopier> lent = copier;
        if (lent == null || !(answer instanceof Admission.Return given)) {
            return answer;
        }
        Object result = given.value();
        return result == null || Nothing.isAll(result) ? answer : copied(lent, result);
    }

    private Admission copied(Lent<ResultCopier> lent, Object result) {
        try {
            return Admission.returning(Objects.requireNonNull(lent.get().copy(result), "it gave null"));
        } catch (Throwable thrown) {
            broken.report("the copier '" + lent.name() + "'", thrown, "the result is given to nobody else");
            return Admission.fail(new UncopiableResultException(lent.name(), result, thrown));
        }
    }
}
