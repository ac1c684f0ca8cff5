package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import java.util.Collection;
import java.util.Optional;

/**
 * What was meant where the name of a kind, or of a place in the order, is wrong. Many write {@code retry} for {@code retries},
 * which differ by too many letters for a typo.
 */
public final class KindNames {

    private final Collection<? extends PolicyKind<?, ?>> kinds;

    /** Knows the names of these kinds. */
    public KindNames(Collection<? extends PolicyKind<?, ?>> kinds) {
        this.kinds = kinds;
    }

    /** The remedy for a name that isn't among the known ones: the one that was probably meant, or all of them. */
    public String remedy(String word, Collection<String> known) {
        return NearestName.remedy(ofOne(word).filter(known::contains).orElse(Knobs.kebab(word)), known);
    }

    /** The kind of which somebody has written that there is one. */
    private Optional<String> ofOne(String word) {
        return kinds.stream()
                .filter(kind -> Knobs.uniform(kind.singular().replace(' ', '-')).equals(Knobs.uniform(word)))
                .map(PolicyKind::id)
                .findFirst();
    }
}
