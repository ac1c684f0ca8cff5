package dev.resilience.cache;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * While loading a result, a method asked a cache, perhaps by way of other caches, for that very result, or for one whose load
 * waits for it: it would wait for itself for ever.
 */
public final class RecursiveLoadException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** @param round the loads that would wait for each other, the first one last again */
    RecursiveLoadException(List<Load> round) {
        super(round.get(0).operation()
                + " asked, while loading a result, for a result that in turn waits for this one: " + inWords(round)
                + ". Don't call it, directly or not, with the same key from inside itself");
    }

    private static String inWords(List<Load> round) {
        return round.stream().map(Load::operation).collect(Collectors.joining(" waits for "));
    }
}
