package dev.resilience.cache;

import java.io.Serial;

/**
 * While loading a result, a method asked its cache for that very result, or for one whose load waits for it: it would
 * wait for itself for ever.
 */
public final class RecursiveLoadException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    RecursiveLoadException(String operation) {
        super(operation + " asked, while loading a result, for a result that in turn waits for this one. Don't call it,"
                + " directly or not, with the same key from inside itself");
    }
}
