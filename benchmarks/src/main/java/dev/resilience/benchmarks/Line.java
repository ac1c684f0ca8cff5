package dev.resilience.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A line of the table: a row with its figures. Without a row, just the figures. */
record Line(@Nullable Row row, List<Subject> subjects) {

    static final List<String> HEAD = List.of(
            "| row | best peer | its figure | ours: policy alone | ours: pipeline | alone / peer | pipeline / peer |"
                    + " target | met | other peers |",
            "|---|---|---|---|---|---|---|---|---|---|");

    private static final Set<String> US = Set.of("ours", "alone");
    private static final String NOTHING = "–";

    /** As Markdown. */
    String text() {
        return row == null
                ? String.join(
                        "\n",
                        subjects.stream()
                                .map(subject -> "| " + named(subject) + " |")
                                .toList())
                : text(row);
    }

    private String text(Row named) {
        Subject best = peers().isEmpty() ? null : peers().get(0);
        Subject pipeline = find("ours");
        Subject alone = find("alone");
        return String.join(
                " | ",
                "| " + named.value(),
                best == null ? NOTHING : best.name(),
                figure(best),
                figure(alone),
                figure(pipeline),
                ratio(alone, best),
                ratio(pipeline, best),
                target(named),
                met(named, alone == null ? pipeline : alone),
                others() + " |");
    }

    private List<Subject> peers() {
        return subjects.stream()
                .filter(subject -> !US.contains(subject.name()))
                .sorted(Comparator.comparingDouble(Subject::nanos))
                .toList();
    }

    private @Nullable Subject find(String name) {
        return subjects.stream()
                .filter(subject -> subject.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private String others() {
        return String.join(", ", peers().stream().skip(1).map(Line::named).toList());
    }

    private static String named(Subject subject) {
        return subject.name() + " " + subject.figure();
    }

    private static String figure(@Nullable Subject subject) {
        return subject == null ? NOTHING : subject.figure();
    }

    private static String ratio(@Nullable Subject ours, @Nullable Subject peer) {
        return ours == null || peer == null ? NOTHING : String.format(Locale.ROOT, "%.2f", ours.nanos() / peer.nanos());
    }

    private static String target(Row row) {
        return row.target() == Row.NONE ? NOTHING : String.format(Locale.ROOT, "≤ %.0f", row.target());
    }

    private static String met(Row row, @Nullable Subject judged) {
        if (row.target() == Row.NONE || judged == null) {
            return NOTHING;
        }
        return judged.nanos() <= row.target() ? "yes" : "no";
    }
}
