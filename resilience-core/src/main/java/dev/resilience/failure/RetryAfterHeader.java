package dev.resilience.failure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Retry-After} header (RFC 9110, 10.2.3): a number of seconds, or a date in any of the three forms HTTP
 * knows.
 *
 * <p>The wait is never shorter than what was said: parts of a second are rounded up. What lies in the past means "now".
 * What is longer than a {@code long} of nanoseconds can tell is cut to that, 292 years. What can't be read is no
 * answer. The name of the weekday isn't checked: a date with the wrong one still says when. Nor needs the day two digits, because
 * Java's own {@code RFC_1123_DATE_TIME} writes one.
 */
public final class RetryAfterHeader {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final int MOST_DIGITS = 18;
    private static final Pattern SECONDS = Pattern.compile("([+-]?)(?=\\d)0*+(\\d*+)(\\.\\d*+)?");
    private static final Pattern WEEKDAY = Pattern.compile("[A-Za-z]+,? +");

    private RetryAfterHeader() {}

    /** The longest wait that any of several such headers asks for: there should be one, but proxies add their own. */
    public static Optional<Duration> parse(List<String> headers, InstantSource wall) {
        return headers.stream().flatMap(header -> parse(header, wall).stream()).max(Comparator.naturalOrder());
    }

    /** The wait the header asks for, counted from now; empty for a missing or unreadable header. */
    public static Optional<Duration> parse(@Nullable String header, InstantSource wall) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        String text = header.strip();
        var seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            boolean negative = seconds.group(1).equals("-");
            return Optional.of(negative ? Duration.ZERO : seconds(seconds.group(2), seconds.group(3)));
        }
        Instant now = wall.instant();
        return date(text, now).map(date -> from(now, date));
    }

    private static Duration seconds(String whole, @Nullable String part) {
        if (whole.length() > MOST_DIGITS) {
            return LONGEST;
        }
        boolean more = part != null && part.chars().anyMatch(digit -> digit >= '1' && digit <= '9');
        long seconds = (whole.isEmpty() ? 0 : Long.parseLong(whole)) + (more ? 1 : 0);
        return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
    }

    private static Duration from(Instant now, Instant date) {
        Duration wait = Duration.between(now, date);
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    private static Optional<Instant> date(String text, Instant now) {
        String date = WEEKDAY.matcher(text).replaceFirst("");
        int leapSecond = date.contains(":60 ") ? 1 : 0;
        String usual = date.replace(":60 ", ":59 ");
        return forms(now).stream()
                .flatMap(form -> read(usual, form).stream())
                .map(read -> read.plusSeconds(leapSecond))
                .findFirst();
    }

    private static Optional<Instant> read(String date, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDateTime.parse(date, form).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException anotherForm) {
            return Optional.empty();
        }
    }

    /** The form to send, the one with a two-digit year, and that of C's asctime; without their weekdays. */
    private static List<DateTimeFormatter> forms(Instant now) {
        return List.of(form("d MMM yyyy HH:mm:ss 'GMT'"), twoDigitYear(now), form("MMM ppd HH:mm:ss yyyy"));
    }

    private static DateTimeFormatter form(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ENGLISH);
    }

    /** A year that looks more than 50 years ahead is the last past one with these digits, says RFC 9110, 5.6.7. */
    private static DateTimeFormatter twoDigitYear(Instant now) {
        LocalDate oldest = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(49);
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("d-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, oldest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH);
    }
}
