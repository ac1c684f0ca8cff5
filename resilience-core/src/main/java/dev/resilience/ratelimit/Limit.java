package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import java.io.Serializable;
import java.time.Duration;

/**
 * At most so many permits in any window of this length, written {@code 60/1m}.
 *
 * @param permits at least 1
 * @param window from 1 ms to 3650 days
 */
public record Limit(long permits, Duration window) implements Serializable {

    /** The shortest window. */
    static final Duration SHORTEST = Duration.ofMillis(1);

    /** The longest window: every sum of times stays far from the end of a long. */
    static final Duration LONGEST = Duration.ofDays(3650);

    /** @throws IllegalArgumentException if permits or window are out of bounds, with a reason completing "the value …" */
    public Limit {
        if (permits <= 0) {
            throw new IllegalArgumentException("allows " + permits + " permits; a limit allows at least 1");
        }
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "has a window of " + Durations.plain(window) + "; a window is longer than zero");
        }
        if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "has a window of " + Durations.plain(window) + "; a window lasts from 1ms to 3650d");
        }
    }

    /**
     * Reads one limit; a bare unit means one of it, so {@code 60/m} is {@code 60/1m}.
     *
     * @throws IllegalArgumentException with a reason completing "the value …"
     */
    public static Limit parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("has no '/' in '" + text.trim() + "'; a limit is permits/window");
        }
        return new Limit(
                permits(text.substring(0, slash).trim()),
                window(text.substring(slash + 1).trim()));
    }

    private static long permits(String text) {
        String digits = text.replace("_", "");
        if (!digits.matches("[+-]?\\d+")) {
            throw new IllegalArgumentException("has '" + text + "' where a whole number of permits belongs");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw new IllegalArgumentException(
                    "has " + text + " permits; a limit allows at most " + Long.MAX_VALUE, tooLarge);
        }
    }

    private static Duration window(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("has no window after the '/'");
        }
        try {
            return Durations.parse(text.matches("[A-Za-z]{1,2}") ? "1" + text : text);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("has a window '" + text + "' that " + refused.getMessage(), refused);
        }
    }

    @Override
    public String toString() {
        return permits + "/" + Durations.plain(window);
    }
}
