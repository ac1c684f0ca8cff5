package dev.resilience.circuitbreaker;

import dev.resilience.configuration.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far back a breaker looks: over the last calls ({@code 100}), or over a time ({@code 60s}).
 *
 * @param calls how many calls; 0 for a window of time
 * @param span how long; null for a window of calls
 */
public record Window(int calls, @Nullable Duration span) {

    private static final int MOST_CALLS = 100_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
    public Window {
        if (span == null && (calls < 1 || calls > MOST_CALLS)) {
            throw new IllegalArgumentException("must be from 1 to " + MOST_CALLS + " calls");
        }
        if (span != null && (span.compareTo(SHORTEST) < 0 || span.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("must be from 1s to 1d");
        }
    }

    /** A window of the last calls. */
    public static Window ofCalls(int calls) {
        return new Window(calls, null);
    }

    /** A window of time. */
    public static Window ofTime(Duration span) {
        return new Window(0, span);
    }

    /**
     * Reads a number of calls or a duration.
     *
     * @throws IllegalArgumentException with a reason that completes the sentence "the value …"
     */
    public static Window parse(String text) {
        String trimmed = text.trim();
        if (!trimmed.matches("[+-]?\\d+")) {
            return ofTime(Durations.parse(trimmed));
        }
        // Nine digits fit into an int and exceed every bound.
        return ofCalls(trimmed.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(trimmed));
    }

    /** As it is written in a configuration. */
    @Override
    public String toString() {
        return span == null ? Integer.toString(calls) : Durations.plain(span);
    }
}
