package dev.resilience.spring.docs;

import dev.resilience.configuration.Knobs.Described;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tables of the documentation, made from the records. */
final class Tables {

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private Tables() {}

    /** What a policy can be told. */
    static String of(List<Described> knobs) {
        return knobs.stream()
                .map(Tables::row)
                .collect(Collectors.joining("", "| property | default | meaning |\n|---|---|---|\n", ""));
    }

    private static String row(Described knob) {
        String byDefault = knob.knob().byDefault();
        return "| `" + knob.name() + "` | " + (byDefault.isEmpty() ? "–" : "`" + byDefault + "`") + " | "
                + meaning(knob) + " |\n";
    }

    private static String meaning(Described knob) {
        String words = knob.knob().value();
        String example = knob.knob().example();
        return words + (words.endsWith(".") ? "" : ".") + (example.isEmpty() ? "" : " For example `" + example + "`.");
    }

    /** The names in the first column of a table. */
    static List<String> names(String table) {
        return table.lines()
                .flatMap(row -> NAME.matcher(row.split("\\|")[1]).results())
                .map(name -> name.group(1))
                .toList();
    }
}
