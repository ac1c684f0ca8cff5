package dev.resilience.cache;

import dev.resilience.Collaborators;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of the application that a cache names. That it is there is checked when the cache is made; it is looked up when
 * it is needed first, because it may depend on guarded objects itself. Thread-safe.
 */
final class Lent<T> {

    private final Class<T> type;
    private final String name;
    private final Collaborators lender;
    private volatile @Nullable T found;

    Lent(Class<T> type, String name, Collaborators lender) {
        this.type = type;
        this.name = name;
        this.lender = lender;
    }

    /** Checks all that a cache names. @throws ResilienceConfigurationException with everything that isn't there */
    static void check(CacheConfiguration configuration, Collaborators lender) {
        List<Problem> problems = new ArrayList<>();
        check("weigher", configuration.weigher(), ResultWeigher.class, lender, problems);
        check("copier", configuration.copier(), ResultCopier.class, lender, problems);
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
    }

    private static void check(
            String knob, @Nullable String name, Class<?> type, Collaborators lender, List<Problem> problems) {
        if (name == null || lender.has(type, name)) {
            return;
        }
        String near = NearestName.question(name, lender.names(type));
        problems.add(new Problem(
                knob,
                name,
                null,
                "names no " + type.getSimpleName(),
                near + "Declare a " + type.getSimpleName() + " of that name, or leave '" + knob + "' out"));
    }

    String name() {
        return name;
    }

    /** @throws RuntimeException if it can't be made; it is tried again with the next need */
    T get() {
        T known = found;
        if (known == null) {
            known = lender.get(type, name);
            found = known;
        }
        return known;
    }
}
