package dev.resilience.retry;

import dev.resilience.configuration.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a try is slow enough for a hedge: after a time, or when it takes longer than so many of the recent ones did.
 *
 * @param time the time; null where a percentile says it
 * @param percentile such as 95: of a hundred recent tries, that many were not slower; 0 where a time is given
 */
public record HedgeAfter(@Nullable Duration time, double percentile) {

    private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,2})?)");
    private static final double LEAST = 50;

    /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
    public HedgeAfter {
        if (time == null && percentile < LEAST) {
            throw new IllegalArgumentException("is below p50: most calls would be made twice");
        }
    }

    /**
     * Reads a duration such as {@code 200ms}, or a percentile from {@code p50} to {@code p99.99}.
     *
     * @throws IllegalArgumentException with a reason that completes the sentence "the value …"
     */
    public static HedgeAfter parse(String text) {
        Matcher matcher = PERCENTILE.matcher(text.trim().toLowerCase(Locale.ROOT));
        return matcher.matches()
                ? new HedgeAfter(null, Double.parseDouble(matcher.group(1)))
                : new HedgeAfter(duration(text), 0);
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "is neither a duration such as 200ms nor a percentile such as p95", malformed);
        }
    }

    /** The part of all tries that are not slower, from 0 to 1. */
    double share() {
        return percentile / 100;
    }

    @Override
    public String toString() {
        return time != null
                ? Durations.plain(time)
                : "p" + BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
    }
}
