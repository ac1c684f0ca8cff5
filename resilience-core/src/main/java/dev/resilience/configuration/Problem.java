package dev.resilience.configuration;

import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with a configuration.
 *
 * @param property the full property name, or the annotation attribute
 * @param value the offending value as it was written; null where a value is missing
 * @param origin where the value was written, such as a file and line; null where unknown
 * @param reason the rule that is broken
 * @param remedy what to write instead
 */
public record Problem(
        String property, @Nullable String value, @Nullable String origin, String reason, String remedy) {

    /** The same problem, of a property below this prefix. */
    public Problem under(String prefix) {
        String joined =
                property.isEmpty() ? prefix : property.startsWith("[") ? prefix + property : prefix + "." + property;
        return new Problem(joined, value, origin, reason, remedy);
    }

    /** The same problem, with the place where the value was written. */
    public Problem at(@Nullable String place) {
        return new Problem(property, value, place, reason, remedy);
    }

    @Override
    public String toString() {
        return property
                + (value == null ? "" : " = '" + value + "'")
                + (origin == null ? "" : " (" + origin + ")")
                + ": " + reason + ". " + remedy;
    }
}
