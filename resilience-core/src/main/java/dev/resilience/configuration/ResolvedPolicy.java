package dev.resilience.configuration;

import dev.resilience.PolicyKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one policy is configured to do, and where each word of it comes from.
 *
 * @param kind its kind
 * @param name its name, unique within the kind
 * @param configuration the validated record
 * @param common what every policy can be told
 * @param settings what was set, by address, with the origin to show; unset knobs are missing
 */
public record ResolvedPolicy<C extends Record>(
        PolicyKind<C, ?> kind, String name, C configuration, CommonKnobs common, Map<String, Setting> settings) {

    /**
     * One property as operators see it.
     *
     * @param configured the text as written; null where nobody set it
     * @param effective what holds, in the words of YAML; null where there is nothing
     * @param origin who says so
     */
    public record Shown(
            @Nullable String configured, @Nullable String effective, String origin) {}

    /** Every property of the policy, those of all kinds last; entries of maps each on their own. */
    public Map<String, Shown> view() {
        Map<String, Shown> view = new LinkedHashMap<>();
        Knobs.of(kind.configurationType()).forEach(knob -> show(knob, configuration, view));
        Knobs.of(CommonKnobs.class).forEach(knob -> show(knob, common, view));
        return Collections.unmodifiableMap(view);
    }

    private void show(Knobs.Described knob, Record owner, Map<String, Shown> view) {
        Object value = knob.read(owner);
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> show(knob.name() + "." + key, entry, view));
        } else {
            show(knob.name(), value, view);
        }
    }

    private void show(String address, @Nullable Object value, Map<String, Shown> view) {
        Setting setting = settings.get(address);
        String effective = value == null || value.equals(List.of()) ? null : Texts.plain(value);
        view.put(address, new Shown(setting == null ? null : setting.text(), effective, origin(address)));
    }

    /** Who set it, or set what it follows from: attempts follow from retries. */
    private String origin(String address) {
        Overlay overlay = new Overlay(Knobs.of(kind), new ArrayList<>());
        String speaker = settings.containsKey(address)
                ? address
                : overlay.silencer(address, settings).orElse(address);
        Setting setting = settings.get(speaker);
        return setting == null ? Setting.LIBRARY : setting.origin();
    }
}
