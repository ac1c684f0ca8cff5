package dev.resilience.configuration;

import java.util.List;

/**
 * A value as it was written, and where.
 *
 * @param values one text, or the texts of a list
 * @param origin library, defaults, {@code base:x}, an annotation, a file and line, or an override
 */
public record Setting(List<String> values, String origin) {

    /** The origin of what nobody set. */
    public static final String LIBRARY = "library";

    public Setting {
        values = List.copyOf(values);
    }

    /** One text. */
    public static Setting of(String text, String origin) {
        return new Setting(List.of(text), origin);
    }

    /** The texts as one, separated by commas. */
    public String text() {
        return String.join(", ", values);
    }
}
