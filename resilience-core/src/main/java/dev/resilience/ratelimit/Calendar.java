package dev.resilience.ratelimit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The windows of a calendar one after the other, told apart by numbers that only grow: parts of a day, days, weeks that
 * begin on Monday. Thread-safe.
 *
 * <p><b>Why not just look at the wall clock?</b> Because it jumps. Set back by an hour it would open a window a second
 * time that was used up, and set forward it would end one before its time. So it is looked at only when a window is over
 * by the ticker, and says how long the next one is. A window begins if the calendar has gone on to another one, or if a
 * whole window has really passed. Otherwise the clock was set back, and the old window goes on until the calendar gets
 * there, but no longer than a whole window since it began. A jump is therefore seen late, by a window at most.
 *
 * <p>Parts of a day are counted from midnight, by time that really passes. On a day on which clocks are put forward or
 * back, the last one is shorter or an additional one follows, and none is ever longer.
 */
final class Calendar {

    static final Duration DAY = Duration.ofDays(1);
    static final Duration WEEK = Duration.ofDays(7);

    private final Duration window;
    private final long nanos;
    private final ZoneId zone;
    private final Timeline timeline;
    private final AtomicReference<Span> current;

    Calendar(Duration window, ZoneId zone, Timeline timeline) {
        this.window = window;
        this.nanos = window.toNanos();
        this.zone = zone;
        this.timeline = timeline;
        long now = timeline.now();
        Page page = page(timeline.wall());
        this.current = new AtomicReference<>(new Span(1, now, now + page.nanosLeft(), page.begin()));
    }

    /** Whether a calendar has windows of this length. */
    static boolean has(Duration window) {
        return window.equals(WEEK) || window.compareTo(DAY) <= 0 && DAY.toNanos() % window.toNanos() == 0;
    }

    /** The number of the window this time lies in; of a time that is still to come, as far as it can be told. */
    long number(long time) {
        Span span = at(time);
        return time < span.end ? span.number : span.number + 1 + (time - span.end) / nanos;
    }

    /** When the window of this number ends, if it lies in the future. */
    long end(long number) {
        Span span = current.get();
        return number <= span.number ? span.end : span.end + (number - span.number) * nanos;
    }

    /** Whether the window of this number is the one this past time lies in, or a later one that took over from it. */
    boolean covers(long number, long time) {
        Span span = current.get();
        return number >= span.number && time >= span.begin;
    }

    long now() {
        return timeline.now();
    }

    /** Rivals: others who find the window over. One of them turns the page, and all go by it. */
    private Span at(long time) {
        Span span = current.get();
        while (time >= span.end) {
            Span next = next(span);
            if (next == span) {
                return span;
            }
            current.compareAndSet(span, next);
            span = current.get();
        }
        return span;
    }

    /** What comes behind this span, or the span itself if it isn't really over. */
    private Span next(Span span) {
        long now = timeline.now();
        if (now < span.end) {
            return span;
        }
        Page page = page(timeline.wall());
        long end = now + page.nanosLeft();
        if (!page.begin().isAfter(span.page) && now - span.begin < nanos) {
            return new Span(span.number, span.begin, Math.min(end, span.begin + nanos), span.page);
        }
        long number = span.number + 1 + (now - span.end) / nanos;
        return new Span(number, Math.max(span.end, now - page.nanosPassed()), end, page.begin());
    }

    private Page page(Instant wall) {
        LocalDate today = LocalDate.ofInstant(wall, zone);
        if (window.equals(WEEK)) {
            LocalDate monday = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            return new Page(midnight(monday), wall, midnight(monday.plusWeeks(1)));
        }
        Instant midnight = midnight(today);
        Instant next = midnight(today.plusDays(1));
        if (window.equals(DAY)) {
            return new Page(midnight, wall, next);
        }
        long before = Duration.between(midnight, wall).toNanos() / nanos;
        Instant begin = midnight.plusNanos(before * nanos);
        Instant end = begin.plus(window);
        return new Page(begin, wall, end.isAfter(next) ? next : end);
    }

    private Instant midnight(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    /** A window as it really is: its number, when it began and ends, and where the calendar says that it begins. */
    private record Span(long number, long begin, long end, Instant page) {}

    /** A window as the calendar says. */
    private record Page(Instant begin, Instant wall, Instant end) {

        private long nanosPassed() {
            return Duration.between(begin, wall).toNanos();
        }

        private long nanosLeft() {
            return Duration.between(wall, end).toNanos();
        }
    }
}
