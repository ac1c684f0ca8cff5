package dev.resilience.cache;

import java.io.Serial;

/** While loading a result, a method asked its cache for that very result: it would wait for itself for ever. */
public final class RecursiveLoadException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    RecursiveLoadException(String operation) {
        super(operation + " asked for the result that it is just loading. Don't call it, directly or not, with the same"
                + " key from inside itself");
    }
}
