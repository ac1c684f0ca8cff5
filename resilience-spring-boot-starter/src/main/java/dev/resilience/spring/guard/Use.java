package dev.resilience.spring.guard;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One policy on one method, once it is clear which one it is.
 *
 * @param kind its kind
 * @param name its name
 * @param named whether somebody wrote that name, rather than it being called for its method
 * @param attributes what the annotation says, placeholders resolved; empty where a pipeline names the policy
 * @param origin who says so
 */
record Use(PolicyKind<?, ?> kind, String name, boolean named, Map<String, List<String>> attributes, String origin) {

    /** What belongs to the policy: a layer of its configuration. */
    Map<String, Setting> settings() {
        List<String> placed = placementNames();
        List<Knobs.Described> knobs = Knobs.of(kind.configurationType());
        Map<String, Setting> settings = new LinkedHashMap<>();
        attributes.forEach((property, texts) -> {
            boolean isMap =
                    Knobs.find(knobs, property).filter(Knobs.Described::isMap).isPresent();
            if (isMap) {
                texts.forEach(entry -> settings.put(property + "." + key(entry), Setting.of(value(entry), origin)));
            } else if (!placed.contains(property)) {
                settings.put(property, new Setting(texts, origin));
            }
        });
        return settings;
    }

    /** What belongs to the method. */
    Map<String, List<String>> placement() {
        Map<String, List<String>> placement = new LinkedHashMap<>(attributes);
        placement.keySet().retainAll(placementNames());
        return placement;
    }

    /** Whether something was said, and all there is to say of such a policy belongs to the method: then it lacks no settings. */
    boolean saysItAll() {
        List<String> placed = placementNames();
        return !attributes.isEmpty()
                && Knobs.of(kind.configurationType()).stream().allMatch(knob -> placed.contains(knob.name()));
    }

    private List<String> placementNames() {
        return kind.placementAttributes().stream().map(PlacementAttribute::name).toList();
    }

    /** An entry without a colon and a space is all key, and its missing value a problem that binding tells. */
    private static String key(String entry) {
        int colon = entry.indexOf(": ");
        return colon < 0 ? entry.strip() : entry.substring(0, colon).strip();
    }

    private static String value(String entry) {
        int colon = entry.indexOf(": ");
        return colon < 0 ? "" : entry.substring(colon + 2).strip();
    }
}
