package dev.resilience.configuration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value as it was written, and where.
 *
 * @param values one text, or the texts of a list
 * @param origin library, defaults, {@code base:x}, an annotation, a file and line, or an override
 */
public record Setting(List<String> values, String origin) {

    /** The origin of what nobody set. */
    public static final String LIBRARY = "library";

    /** The origin of what all policies of a kind inherit. */
    public static final String DEFAULTS = "defaults";

    private static final String BASE = "base:";

    public Setting {
        values = List.copyOf(values);
    }

    /** The origin of what a policy inherits from the one it names as its base. */
    public static String fromBase(String base) {
        return BASE + base;
    }

    /** One text. */
    public static Setting of(String text, String origin) {
        return new Setting(List.of(text), origin);
    }

    /** One layer of settings from texts by name, all of one origin. */
    public static Map<String, Setting> layer(Map<String, String> texts, String origin) {
        Map<String, Setting> layer = new LinkedHashMap<>();
        texts.forEach((name, text) -> layer.put(name, of(text, origin)));
        return layer;
    }

    /** Whether this was said of other policies, and holds for this one by inheritance. */
    public boolean isInherited() {
        return origin.equals(DEFAULTS) || origin.startsWith(BASE);
    }

    /** The same value, shown as coming from elsewhere. */
    public Setting from(String elsewhere) {
        return new Setting(values, elsewhere);
    }

    /** The texts as one, separated by commas. */
    public String text() {
        return String.join(", ", values);
    }
}
