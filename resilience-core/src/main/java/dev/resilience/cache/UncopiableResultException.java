package dev.resilience.cache;

import java.io.Serial;

/** A call waited for a result that another one has loaded, and the copier of the cache couldn't make a copy of it. */
public final class UncopiableResultException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    UncopiableResultException(String copier, Object result, Throwable cause) {
        super(
                "the copier '" + copier + "' can't copy a " + result.getClass().getName() + ": " + cause
                        + ". Make it copy what the method gives, or remove 'copier' from the cache",
                cause);
    }
}
