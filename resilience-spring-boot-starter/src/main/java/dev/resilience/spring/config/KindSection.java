package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.spring.config.PropertyPath.Segment;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.List;
import java.util.Optional;

/** Reads what is written below one kind: {@code <kind>.<policy>.<knob>}, or {@code defaults.<kind>.<knob>}. */
final class KindSection {

    private final PolicyKind<?, ?> kind;
    private final List<Knobs.Described> knobs;
    private final List<Problem> problems;

    KindSection(PolicyKind<?, ?> kind, List<Problem> problems) {
        this.kind = kind;
        this.knobs = Knobs.of(kind);
        this.problems = problems;
    }

    boolean isCalled(Segment segment) {
        return segment.is(kind.id());
    }

    /** A property whose first segment is this kind. */
    void policy(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            unlessEmpty(written, "needs a " + kind.singular() + " by name below it", example("NAME"));
        } else if (path.segment(1).isIndex()) {
            report(written, "is a list, but every " + kind.singular() + " has a name", example("NAME"));
        } else {
            named(withOn(written), settings);
        }
    }

    /** YAML 1.1 reads an unquoted {@code on} as true; where a knob is called so, that is what was meant. */
    private Written withOn(Written written) {
        PropertyPath path = written.path();
        boolean on = path.size() > 2
                && path.segment(2).equals(new Segment("true", true))
                && Knobs.find(knobs, "on").isPresent();
        return on ? new Written(path.with(2, "on"), written.text(), written.origin()) : written;
    }

    private void named(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        int knob = knobAfter(path, 2);
        int end = knob > 0 ? knob : isTorn(path) ? path.size() - 1 : 2;
        String name = path.text(1, end);
        Section section = new Section(kind.id(), name, path.byLetters());
        if (!path.isOneName(1, end)) {
            mangled(written, name, PropertyName.of(kind.id(), name));
        } else if (path.size() == 2
                && Knobs.find(knobs, name).isPresent()
                && !written.text().isBlank()) {
            nameless(written, Knobs.find(knobs, name).get());
        } else if (path.size() > 2) {
            knob(written, 2, section, settings);
        } else if (unlessEmpty(written, "needs settings below it", example(name))) {
            settings.name(section);
        }
    }

    private void nameless(Written written, Knobs.Described knob) {
        String property = knob.name() + ": " + written.text();
        report(
                written,
                "lacks the name of the " + kind.singular() + ": '" + knob.name() + "' is a property of each of them",
                "Write '" + PropertyName.of(kind.id(), "NAME") + "." + property + "', or '"
                        + PropertyName.defaults(kind.id()) + "." + property + "' for all of them");
    }

    /** A property whose first two segments are {@code defaults} and this kind. */
    void defaults(Written written, SourceSettings settings) {
        if (written.path().size() == 2) {
            unlessEmpty(written, "needs settings below it", "Write for example '" + exampleKnob() + "' below it");
            return;
        }
        knob(withOn(written), 2, new Section(Roots.DEFAULTS, kind.id(), false), settings);
    }

    private int knobAfter(PropertyPath path, int from) {
        for (int index = from; index < path.size(); index++) {
            Segment segment = path.segment(index);
            if (!segment.bracketed() && Knobs.find(knobs, segment.text()).isPresent()) {
                return index;
            }
        }
        return -1;
    }

    /** Whether what isn't a knob, and resembles none, is rather the rest of a name with dots. */
    private boolean isTorn(PropertyPath path) {
        boolean deep = path.size() > 3 && !path.segment(path.size() - 1).isIndex();
        List<String> names = knobs.stream().map(Knobs.Described::name).toList();
        return deep
                && !path.segment(2).bracketed()
                && NearestName.of(path.segment(2).text(), names).isEmpty();
    }

    private void knob(Written written, int at, Section section, SourceSettings settings) {
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
            mangled(written, key, knob.name() + "[" + key + "]");
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
        return "Write for example '" + knob.name() + ".NAME: " + knob.exampleOrDefault() + "'";
    }

    private static int index(PropertyPath path) {
        return Integer.parseInt(path.segment(path.size() - 1).text());
    }

    private void noList(Written written, Knobs.Described knob) {
        String reason = "'" + knob.name() + "' is one value, not a list";
        report(written, reason, "Write for example '" + knob.name() + ": " + knob.exampleOrDefault() + "'");
    }

    private void mangled(Written written, String name, String full) {
        String reason =
                "the name '" + name + "' doesn't survive without brackets: it would lose characters or be split";
        report(written, reason, "Write \"[" + name + "]\", in YAML with the quotes, so that it becomes " + full);
    }

    private boolean unlessEmpty(Written written, String reason, String remedy) {
        if (!written.text().isBlank()) {
            report(written, reason, remedy);
        }
        return written.text().isBlank();
    }

    private void report(Written written, String reason, String remedy) {
        problems.add(written.problem(reason, remedy));
    }

    private String example(String name) {
        return "Write for example '" + PropertyName.of(kind.id(), name) + "." + exampleKnob() + "'";
    }

    private String exampleKnob() {
        Knobs.Described first = knobs.get(0);
        return first.name() + ": " + first.exampleOrDefault();
    }
}
