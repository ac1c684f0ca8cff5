package dev.resilience.failure;

import dev.resilience.configuration.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about which outcomes count, in the words that all patterns share.
 *
 * @param failures names of exceptions that count; empty where nothing is said
 * @param ignored names of exceptions that tell nothing
 * @param statuses HTTP statuses that count, from 400 up; empty where nothing is said
 * @param when a rule of the application, or null
 */
public record OutcomeWords(
        List<String> failures,
        List<String> ignored,
        List<StatusRange> statuses,
        @Nullable OutcomeRule when) {

    private static final int FIRST_ERROR = 400;

    public OutcomeWords {
        failures = List.copyOf(failures);
        ignored = List.copyOf(ignored);
        statuses = List.copyOf(statuses);
    }

    /** Checks the words of a record: exceptions that can have such names and count one way, statuses of errors. */
    public static void check(Rules rules, List<String> failures, List<String> ignored, List<StatusRange> statuses) {
        checkNames(rules, "failures", failures, "java.io.IOException, TimeoutException");
        checkNames(rules, "ignored", ignored, "ValidationException");
        failures.stream()
                .filter(ignored::contains)
                .distinct()
                .forEach(name -> rules.otherwise(
                        false, "ignored", name, "is in 'failures' as well", "Leave it in one of the two"));
        checkStatuses(rules, "failure-statuses", statuses, "408, 429, 500-504");
    }

    /** Checks names of exceptions: a status such as {@code 503} would match nothing for ever. */
    public static void checkNames(Rules rules, String knob, List<String> names, String example) {
        names.forEach(
                name -> rules.that(ThrowableMatcher.isName(name), knob, name, "is no name of an exception", example));
    }

    /** Checks statuses: only those of errors can be failures. */
    public static void checkStatuses(Rules rules, String knob, List<StatusRange> statuses, String example) {
        statuses.forEach(range -> rules.that(
                range.least() >= FIRST_ERROR,
                knob,
                range,
                "includes statuses below 400, which are no failures",
                example));
    }
}
