package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Rules;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the algorithm of a limiter asks of its other settings. */
final class AlgorithmRules {

    private AlgorithmRules() {}

    /** @param stacks every stack of limits that a caller can meet */
    static void check(
            Rules rules,
            @Nullable Algorithm algorithm,
            Limits limits,
            Collection<Limits> stacks,
            List<Long> burst,
            @Nullable Duration maxWait) {
        if (algorithm == Algorithm.TOKEN_BUCKET) {
            full(rules, limits, burst);
            known(rules, limits, stacks);
        } else {
            rules.otherwise(
                    burst.isEmpty(),
                    "burst",
                    plain(burst),
                    "has no effect without 'algorithm: token-bucket'",
                    "Remove it, or set the algorithm");
        }
        if (algorithm == Algorithm.FIXED_WINDOW) {
            aligned(rules, stacks);
            rules.that(
                    maxWait == null || maxWait.isZero(),
                    "max-wait",
                    maxWait,
                    "must be 0 with 'algorithm: fixed-window': nobody waits for the next window",
                    "0");
        }
    }

    /** What holds whatever the limits are. */
    static void check(Rules rules, List<Long> burst, @Nullable String zone) {
        rules.that(burst.stream().allMatch(each -> each >= 1), "burst", plain(burst), "must be at least 1", "20");
        try {
            if (zone != null) {
                ZoneId.of(zone);
            }
        } catch (DateTimeException unknown) {
            rules.that(false, "zone", zone, "is no time zone", "Europe/Berlin");
        }
    }

    private static void full(Rules rules, Limits limits, List<Long> burst) {
        int count = limits.all().size();
        String example = count == 1 ? "20" : "20, 100";
        rules.that(
                !burst.isEmpty(),
                "burst",
                null,
                "is required with 'algorithm: token-bucket': how many permits may be taken at once",
                example);
        if (!burst.isEmpty()) {
            rules.that(
                    burst.size() == count,
                    "burst",
                    plain(burst),
                    "must have one number for each of the " + count + " limits, shortest window first",
                    example);
        }
    }

    private static String plain(List<Long> burst) {
        return burst.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void known(Rules rules, Limits limits, Collection<Limits> stacks) {
        stacks.stream()
                .flatMap(stack -> stack.all().stream())
                .map(Limit::window)
                .filter(window -> limits.of(window).isEmpty())
                .distinct()
                .forEach(window -> rules.otherwise(
                        false,
                        "limits",
                        limits,
                        "has no window of " + Durations.plain(window)
                                + ", which a tier or an override has: no burst belongs to it",
                        "Give that window in limits as well, with its burst"));
    }

    private static void aligned(Rules rules, Collection<Limits> stacks) {
        stacks.stream()
                .flatMap(stack -> stack.all().stream())
                .filter(limit -> !Calendar.has(limit.window()))
                .distinct()
                .forEach(limit -> rules.that(
                        false,
                        "limits",
                        limit,
                        "has a window that a calendar has not: with 'algorithm: fixed-window' a window divides a day"
                                + " evenly, or is 1d, or 7d for weeks from Monday",
                        limit.permits() + "/1d"));
    }
}
