package dev.resilience;

import java.util.Optional;

/** Finds what keeps results under a name. Thread-safe. */
@FunctionalInterface
public interface KeptByName {

    /** Nothing keeps any. */
    KeptByName NONE = name -> Optional.empty();

    /** The policy of this name that keeps results, if there is one by now. */
    Optional<PolicyInstance<?, ?>> find(String name);
}
