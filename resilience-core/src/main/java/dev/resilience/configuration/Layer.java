package dev.resilience.configuration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Settings written in one place, by canonical address.
 *
 * @param property the full name of what they are settings of
 * @param shownAs the origin to show instead of each setting's own, such as {@code defaults}; null for their own
 * @param settings what is set there
 */
record Layer(String property, @Nullable String shownAs, Map<String, Setting> settings) {

    Layer inheritedFrom(String base) {
        return shownAs == null ? new Layer(property, Setting.fromBase(base), settings) : this;
    }

    Setting shown(String address) {
        Setting setting = settings.get(address);
        return shownAs == null ? setting : setting.from(shownAs);
    }

    /** The settings of those knobs whose names pass. */
    Map<String, Setting> only(Predicate<String> knobs) {
        Map<String, Setting> passed = new LinkedHashMap<>();
        settings.forEach((address, setting) -> {
            if (knobs.test(head(address))) {
                passed.put(address, setting);
            }
        });
        return passed;
    }

    /** The problem of a relative address, with the full name of the property. */
    Problem place(Problem problem) {
        return new Problem(
                full(problem.property()), problem.value(), problem.origin(), problem.reason(), problem.remedy());
    }

    /** The strongest of these layers that says something about the address; the last one where none does. */
    static Layer speakingOf(String address, List<Layer> layers) {
        for (int index = layers.size() - 1; index >= 0; index--) {
            if (layers.get(index).settings.containsKey(address)) {
                return layers.get(index);
            }
        }
        return layers.get(layers.size() - 1);
    }

    private String full(String address) {
        String head = head(address);
        String knob = PropertyName.below(property, head);
        return head.equals(address) ? knob : PropertyName.below(knob, address.substring(head.length() + 1));
    }

    private static String head(String address) {
        int dot = address.indexOf('.');
        return dot < 0 ? address : address.substring(0, dot);
    }
}
