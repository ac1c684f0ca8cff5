package dev.resilience.spring.config;

import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Problem;
import dev.resilience.spring.config.PropertyPath.Segment;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.List;
import java.util.Optional;

/** Reads what follows in a path from a knob on: one value, an element of a list, or an entry of a map. */
final class KnobReader {

    private final List<Knobs.Described> knobs;
    private final List<Problem> problems;

    KnobReader(List<Knobs.Described> knobs, List<Problem> problems) {
        this.knobs = knobs;
        this.problems = problems;
    }

    /** A property whose segment at this place names a knob. */
    void read(Written written, int at, Section section, SourceSettings settings) {
        PropertyPath path = written.path();
        if (path.segment(at).isIndex()) {
            report(written, "is a list where settings by name belong", "Write for example '" + exampleKnob() + "'");
            return;
        }
        Optional<Knobs.Described> knob = Knobs.find(knobs, path.segment(at).text());
        if (knob.isPresent() && knob.get().isMap()) {
            entry(written, at, knob.get(), section, settings);
            return;
        }
        boolean element = path.size() == at + 2 && path.segment(at + 1).isIndex();
        int end = element ? path.size() - 1 : path.size();
        if (element && knob.isPresent() && !knob.get().takesSeveral()) {
            noList(written, knob.get());
            return;
        }
        settings.put(section, path.text(at, end), element ? index(path) : SourceSettings.SINGLE, written);
    }

    private void entry(Written written, int at, Knobs.Described knob, Section section, SourceSettings settings) {
        PropertyPath path = written.path();
        if (path.size() == at + 1) {
            unlessEmpty(written, "needs entries by name below it", entryExample(knob));
            return;
        }
        if (isFirstElement(path.segment(at + 1))) {
            report(written, "is a list, but needs entries by name", entryExample(knob) + "; the name 0 in quotes");
            return;
        }
        boolean element = path.size() > at + 2 && path.segment(path.size() - 1).isIndex();
        int end = element ? path.size() - 1 : path.size();
        String key = path.text(at + 1, end);
        if (!path.isOneName(at + 1, end)) {
            problems.add(written.mangled(key, knob.name() + "[" + key + "]"));
        } else if (element && !knob.takesSeveral()) {
            noList(written, knob);
        } else {
            String address = path.segment(at).text() + "." + key;
            settings.put(section, address, element ? index(path) : SourceSettings.SINGLE, written);
        }
    }

    /** Numbers are good names and arrive as if they were indexes, but only a list begins with 0. */
    private static boolean isFirstElement(Segment segment) {
        return segment.isIndex() && segment.text().equals("0");
    }

    private static String entryExample(Knobs.Described knob) {
        return "Write for example '" + knob.exampleLine(knob.name() + ".NAME") + "'";
    }

    private static int index(PropertyPath path) {
        return Integer.parseInt(path.segment(path.size() - 1).text());
    }

    private void noList(Written written, Knobs.Described knob) {
        String reason = "'" + knob.name() + "' is one value, not a list";
        report(written, reason, "Write for example '" + knob.exampleLine(knob.name()) + "'");
    }

    /** Reports a value where none belongs; whether there is none. */
    boolean unlessEmpty(Written written, String reason, String remedy) {
        if (!written.text().isBlank()) {
            report(written, reason, remedy);
        }
        return written.text().isBlank();
    }

    private void report(Written written, String reason, String remedy) {
        problems.add(written.problem(reason, remedy));
    }

    private String exampleKnob() {
        Knobs.Described first = knobs.get(0);
        return first.exampleLine(first.name());
    }
}
