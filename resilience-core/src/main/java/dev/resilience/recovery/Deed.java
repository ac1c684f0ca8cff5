package dev.resilience.recovery;

import dev.resilience.Verdict;
import org.jspecify.annotations.Nullable;

/** One action of a rule, ready to be done. Thread-safe. */
@FunctionalInterface
interface Deed {

    /** Does it. @return what becomes of the call; null where it can't be done, or leaves that to the next one */
    @Nullable Verdict done(Incident incident);
}
