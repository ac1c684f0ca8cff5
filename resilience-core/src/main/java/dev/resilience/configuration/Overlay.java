package dev.resilience.configuration;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lays settings over each other. Names become canonical on the way; those that don't exist, and those that contradict
 * each other within one layer, are problems.
 */
final class Overlay {

    private final List<Knobs.Described> knobs;
    private final List<Problem> problems;
    private final Set<String> misnamed = new HashSet<>();

    /** An overlay for these knobs that adds what is wrong to the problems. */
    Overlay(List<Knobs.Described> knobs, List<Problem> problems) {
        this.knobs = knobs;
        this.problems = problems;
    }

    /** The strongest setting of each address; layers come weakest first. */
    Map<String, Setting> of(List<Map<String, Setting>> layers) {
        Map<String, Setting> overlaid = new LinkedHashMap<>();
        for (Map<String, Setting> layer : layers) {
            Map<String, Setting> canonical = canonical(layer);
            knobs.forEach(knob -> reportContradiction(knob, canonical));
            speaking(canonical).forEach(address -> silencedBy(address).forEach(overlaid::remove));
            overlaid.putAll(canonical);
        }
        return Collections.unmodifiableMap(overlaid);
    }

    /** One layer by canonical address: the name of the knob, and for an entry of a map a dot and the entry's key. */
    Map<String, Setting> canonical(Map<String, Setting> layer) {
        Map<String, Setting> canonical = new LinkedHashMap<>();
        layer.forEach((written, setting) -> address(written, setting).ifPresent(address -> {
            Setting twin = canonical.put(address, setting);
            if (twin != null && !twin.values().equals(setting.values())) {
                report(address, setting, "is written twice, the other time as " + quoted(twin), "Keep one of the two");
            }
        }));
        return canonical;
    }

    /** The one of these that leaves the knob nothing to say below it, the library's default included. */
    Optional<String> silencer(String name, Map<String, Setting> settings) {
        return speaking(settings)
                .filter(other -> silencedBy(other).contains(name))
                .findFirst();
    }

    /** The addresses of what says something: an empty list only takes back what is said of the list itself. */
    private static Stream<String> speaking(Map<String, Setting> settings) {
        return settings.entrySet().stream()
                .filter(entry -> !entry.getValue().text().isBlank())
                .map(Map.Entry::getKey);
    }

    /** The knobs that say the same in other words, which is written at one end and holds for both, and the outranked. */
    private Set<String> silencedBy(String name) {
        Set<String> silenced = new HashSet<>();
        for (Knobs.Described knob : knobs) {
            String other = knob.knob().insteadOf();
            if (knob.name().equals(name)) {
                silenced.addAll(List.of(knob.knob().outranks()));
                silenced.add(other);
            } else if (other.equals(name)) {
                silenced.add(knob.name());
            }
        }
        return silenced;
    }

    private Optional<String> address(String written, Setting setting) {
        String name = head(written);
        Optional<Knobs.Described> knob = Knobs.find(knobs, name);
        if (knob.isEmpty()) {
            List<String> names = knobs.stream().map(Knobs.Described::name).toList();
            NearestName.of(name, names).ifPresent(misnamed::add);
            report(written, setting, "there is no property '" + name + "' here", NearestName.remedy(name, names));
            return Optional.empty();
        }
        if (knob.get().isMap() == name.equals(written)) {
            misnamed.add(knob.get().name());
            reportShape(knob.get(), written, setting);
            return Optional.empty();
        }
        return Optional.of(knob.get().name() + written.substring(name.length()));
    }

    private static String head(String address) {
        int dot = address.indexOf('.');
        return dot < 0 ? address : address.substring(0, dot);
    }

    /** The knobs that were probably meant by what was written otherwise, under another name or in another shape. */
    Set<String> misnamed() {
        return misnamed;
    }

    private void reportShape(Knobs.Described knob, String written, Setting setting) {
        if (knob.isMap()) {
            String entry = knob.exampleLine(written + ".NAME");
            report(written, setting, "needs entries by name, not one value", "Write for example '" + entry + "'");
        } else {
            String line = knob.exampleLine(knob.name());
            String shape = knob.isList()
                    ? "' is a list of texts and has nothing by name below it"
                    : "' is one value and has nothing below it";
            String reason = "'" + knob.name() + shape;
            report(written, setting, reason, "Write for example '" + line + "'");
        }
    }

    private void reportContradiction(Knobs.Described knob, Map<String, Setting> layer) {
        Setting one = layer.get(knob.name());
        Setting other = layer.get(knob.knob().insteadOf());
        if (one != null && other != null) {
            String reason = "says the same as '" + knob.knob().insteadOf() + "', which is " + quoted(other);
            report(knob.name(), one, reason, "Give one of the two");
        }
    }

    private void report(String address, Setting setting, String reason, String remedy) {
        problems.add(new Problem(address, setting.text(), setting.origin(), reason, remedy));
    }

    private static String quoted(Setting setting) {
        return "'" + setting.text() + "' (" + setting.origin() + ")";
    }
}
