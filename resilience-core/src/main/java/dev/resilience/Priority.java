package dev.resilience;

import java.util.Locale;

/**
 * How important a call is: a whole number, larger is more important, or one of three words for the usual ones. Where it is
 * tight, the less important go first.
 */
public final class Priority {

    /** {@code low}: may be refused so that others are not. */
    public static final int LOW = -1;

    /** {@code normal}: where nobody says anything. */
    public static final int NORMAL = 0;

    /** {@code high}: served before others. */
    public static final int HIGH = 1;

    private Priority() {}

    /**
     * The priority that this means: a number, one of the words in any case, or a constant of an enum with such a name.
     *
     * @throws IllegalArgumentException if it means none, with a reason completing "the value …"
     */
    public static int of(Object meant) {
        if (meant instanceof Number number) {
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number.longValue()));
        }
        String text = meant instanceof Enum<?> constant
                ? constant.name()
                : meant.toString().strip();
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "low" -> LOW;
            case "normal" -> NORMAL;
            case "high" -> HIGH;
            default -> number(text);
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("is neither a whole number nor one of low, normal, high", malformed);
        }
    }
}
