package dev.resilience.cache;

import java.io.Serial;

/** A cache can't tell an argument of this class from another one, so it doesn't know which result to give. */
public final class UnkeyableArgumentException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** In place of the number of a parameter: the value of the key expression, and that of a vary-by. */
    static final int KEY = -1;

    static final int VARIANT = -2;

    UnkeyableArgumentException(String operation, int parameter, Class<?> type, String reason) {
        super(operation + " can't be cached by its arguments: "
                + what(parameter) + " (" + type.getName() + ") " + reason
                + ". Give the cache a key of plain values, such as key = \"#request.id\", or make the type a record");
    }

    private static String what(int parameter) {
        return switch (parameter) {
            case KEY -> "its key";
            case VARIANT -> "what it varies by";
            default -> "parameter " + (parameter + 1);
        };
    }
}
