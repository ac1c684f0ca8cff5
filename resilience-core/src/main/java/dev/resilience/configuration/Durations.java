package dev.resilience.configuration;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms}, {@code 1m}, {@code 1h30m}, {@code 1.5s}, {@code PT2S}, {@code 0}. */
public final class Durations {

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration. A bare number other than zero is refused, because nobody can see its unit.
     *
     * @throws IllegalArgumentException with a reason that completes the sentence "the value …"
     */
    public static Duration parse(String text) {
        String trimmed = text.trim();
        if (trimmed.equals("0")) {
            return Duration.ZERO;
        }
        if (trimmed.matches("[+-]?\\d+(\\.\\d+)?")) {
            throw new IllegalArgumentException("has no unit; a duration needs one of ns, us, ms, s, m, h, d");
        }
        if (trimmed.regionMatches(true, 0, "P", 0, 1) || trimmed.regionMatches(true, 0, "-P", 0, 2)) {
            return iso(trimmed);
        }
        boolean negative = trimmed.startsWith("-");
        Duration sum = parts(negative ? trimmed.substring(1) : trimmed);
        return negative ? sum.negated() : sum;
    }

    /** Writes a duration the way {@link #parse} reads it, in the largest units that lose nothing; other values as they are. */
    public static String plain(Object value) {
        return value instanceof Duration duration ? write(duration) : String.valueOf(value);
    }

    private static Duration iso(String text) {
        try {
            return checked(Duration.parse(text));
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException("is no ISO-8601 duration", malformed);
        }
    }

    private static Duration parts(String text) {
        Matcher matcher = PART.matcher(text.toLowerCase(Locale.ROOT));
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOf(matcher.group(2)))));
            end = matcher.end();
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException("is no duration; use a number and one of ns, us, ms, s, m, h, d");
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("is longer than 292 years");
        }
        return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValue());
    }

    private static Duration checked(Duration duration) {
        try {
            duration.toNanos();
            return duration;
        } catch (ArithmeticException tooLong) {
            throw new IllegalArgumentException("is longer than 292 years", tooLong);
        }
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
    }

    private static String write(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + write(duration.negated());
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toDaysPart(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        long nanos = duration.toNanosPart();
        append(text, nanos / 1_000_000, "ms");
        append(text, nanos / 1_000 % 1_000, "us");
        append(text, nanos % 1_000, "ns");
        return text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
