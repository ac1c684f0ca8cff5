package dev.resilience.cache;

import java.io.Serial;

/** A cache can't tell an argument of this class from another one, so it doesn't know which result to give. */
public final class UnkeyableArgumentException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    UnkeyableArgumentException(String operation, int parameter, Class<?> type, String reason) {
        super(operation + " can't be cached by its arguments: "
                + (parameter < 0 ? "its key" : "parameter " + (parameter + 1)) + " (" + type.getName() + ") " + reason
                + ". Give the cache a key of plain values, such as key = \"#request.id\", or make the type a record");
    }
}
