package dev.resilience.spring.guard;

import dev.resilience.configuration.Problem;
import java.util.Locale;

/**
 * Something about the application that start-up found out and its author will want to know.
 *
 * @param level how bad it is; errors fail the start where {@code resilience.strict} is set
 * @param code short and stable, for filters and documentation: {@code private-method}
 * @param where the method, bean or property
 * @param text what is the matter, as a sentence
 * @param fix what to do about it, as a sentence
 */
public record Finding(Level level, String code, String where, String text, String fix) {

    /** How bad a finding is. */
    public enum Level {
        /** A guard that was asked for does not work. */
        ERROR,
        /** A guard works, though hardly as it was meant. */
        WARNING,
        /** Good to know. */
        INFO;

        /** One of it, in a sentence. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Several of it. */
        String words() {
            return this == INFO ? word() : word() + "s";
        }
    }

    static Finding error(String code, String where, String text, String fix) {
        return new Finding(Level.ERROR, code, where, text, fix);
    }

    static Finding warning(String code, String where, String text, String fix) {
        return new Finding(Level.WARNING, code, where, text, fix);
    }

    /** What is referred to and isn't there, where it may come with a bean that is made later. */
    static Finding ofReference(Problem problem) {
        String where = problem.origin() == null ? problem.property() : problem.origin();
        String named = problem.value() == null ? "" : " ('" + problem.value() + "')";
        return warning(
                "missing-reference",
                where,
                problem.property() + named + ": " + problem.reason() + ".",
                problem.remedy() + (problem.remedy().endsWith("?") ? " If" : ". If")
                        + " it comes with a bean that is made later, all is well.");
    }

    /** The finding as what is wrong with the configuration. */
    Problem problem() {
        return new Problem(where, null, null, text.replaceAll("\\.$", ""), fix.replaceAll("\\.$", ""));
    }

    @Override
    public String toString() {
        return where + ": " + text + " " + fix;
    }
}
