package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.spring.config.PropertyPath.Segment;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.List;

/** Reads what is written below one kind: {@code <kind>.<policy>.<knob>}, or {@code defaults.<kind>.<knob>}. */
final class KindSection {

    private final PolicyKind<?, ?> kind;
    private final List<Knobs.Described> knobs;
    private final KnobReader reader;
    private final List<Problem> problems;

    KindSection(PolicyKind<?, ?> kind, List<Problem> problems) {
        this.kind = kind;
        this.knobs = Knobs.of(kind);
        this.reader = new KnobReader(knobs, problems);
        this.problems = problems;
    }

    boolean isCalled(Segment segment) {
        return segment.is(kind.id());
    }

    /** A property whose first segment is this kind. */
    void policy(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            reader.unlessEmpty(written, "needs a " + kind.singular() + " by name below it", example("NAME"));
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
            problems.add(written.mangled(name, PropertyName.of(kind.id(), name)));
        } else if (path.size() == 2
                && Knobs.find(knobs, name).isPresent()
                && !written.text().isBlank()) {
            nameless(written, Knobs.find(knobs, name).get());
        } else if (path.size() > 2 && isOfMethods(path.segment(2).text())) {
            String word = path.segment(2).text();
            report(
                    written,
                    "'" + word + "' belongs to the method",
                    "Write '" + word + " = " + written.text() + "' in its annotation");
        } else if (path.size() > 2) {
            reader.read(written, 2, section, settings);
        } else if (reader.unlessEmpty(written, "needs settings below it", example(name))) {
            settings.name(section);
        }
    }

    private boolean isOfMethods(String word) {
        return Knobs.find(knobs, word).isEmpty()
                && kind.placementAttributes().stream()
                        .anyMatch(attribute -> attribute.name().equals(word));
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
            reader.unlessEmpty(
                    written, "needs settings below it", "Write for example '" + exampleKnob() + "' below it");
            return;
        }
        reader.read(withOn(written), 2, new Section(Roots.DEFAULTS, kind.id(), false), settings);
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

    private void report(Written written, String reason, String remedy) {
        problems.add(written.problem(reason, remedy));
    }

    private String example(String name) {
        return "Write for example '" + PropertyName.of(kind.id(), name) + "." + exampleKnob() + "'";
    }

    private String exampleKnob() {
        Knobs.Described first = knobs.get(0);
        return first.exampleLine(first.name());
    }
}
