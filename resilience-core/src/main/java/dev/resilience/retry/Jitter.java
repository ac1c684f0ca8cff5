package dev.resilience.retry;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much chance there is in a wait, so that callers who failed together don't come back together.
 *
 * @param form what is left to chance
 * @param ratio for {@link Form#RATIO} the part of the wait it may be shorter or longer, from 0 to 1; otherwise 0
 */
public record Jitter(Form form, double ratio) {

    /** What is left to chance. */
    public enum Form {
        /** Nothing. */
        NONE,
        /** All of the wait: uniform from zero to it. */
        FULL,
        /** Half of it: uniform from a half to the whole. */
        EQUAL,
        /** Uniform from {@code delay} to three times the wait before; grows by itself, so the strategy plays no part. */
        DECORRELATED,
        /** Uniform within plus or minus a part of it. */
        RATIO
    }

    public static final Jitter NONE = new Jitter(Form.NONE, 0);
    public static final Jitter FULL = new Jitter(Form.FULL, 0);
    public static final Jitter EQUAL = new Jitter(Form.EQUAL, 0);
    public static final Jitter DECORRELATED = new Jitter(Form.DECORRELATED, 0);

    private static final Pattern RATIO = Pattern.compile("(?:±|\\+-|\\+/-)?\\s*(\\d+(?:\\.\\d+)?)\\s*%");

    /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
    public Jitter {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("is a ratio over 100%, which would make waits negative");
        }
    }

    /**
     * Reads {@code none}, {@code full}, {@code equal}, {@code decorrelated}, or a ratio such as {@code 25%} or
     * {@code ±25%}.
     *
     * @throws IllegalArgumentException with a reason that completes the sentence "the value …"
     */
    public static Jitter parse(String text) {
        String plain = text.trim().toLowerCase(Locale.ROOT);
        return switch (plain) {
            case "none" -> NONE;
            case "full" -> FULL;
            case "equal" -> EQUAL;
            case "decorrelated" -> DECORRELATED;
            default -> ratio(plain);
        };
    }

    private static Jitter ratio(String text) {
        Matcher matcher = RATIO.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is neither none, full, equal, decorrelated nor a ratio such as 25%");
        }
        return new Jitter(Form.RATIO, Double.parseDouble(matcher.group(1)) / 100);
    }

    /**
     * The wait with chance applied, for the forms that need no memory.
     *
     * @param nanos the wait the strategy gives
     * @param chance uniform in [0, 1)
     */
    long applied(long nanos, double chance) {
        return switch (form) {
            case NONE, DECORRELATED -> nanos;
            case FULL -> Math.round(nanos * chance);
            case EQUAL -> Math.round(nanos * (1 + chance) / 2);
            case RATIO -> Math.round(nanos * (1 + ratio * (2 * chance - 1)));
        };
    }

    @Override
    public String toString() {
        if (form != Form.RATIO) {
            return form.name().toLowerCase(Locale.ROOT);
        }
        double percent = Math.round(ratio * 100_000) / 1_000.0;
        return (percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent)) + "%";
    }
}
