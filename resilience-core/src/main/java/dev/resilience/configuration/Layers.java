package dev.resilience.configuration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What was configured, before it is bound: settings by kind and policy, and what each kind's policies inherit. Layers
 * of the same policy are given weakest first; a later one wins setting by setting. Not thread-safe.
 */
public final class Layers {

    /** Settings of one policy; a loose name comes from where names can't be spelled out. */
    private record Entry(String name, boolean loose, Map<String, Setting> settings) {

        boolean speaksOf(String policy) {
            return loose ? letters(name).equals(letters(policy)) : name.equals(policy);
        }
    }

    private final Map<String, List<Map<String, Setting>>> defaults = new LinkedHashMap<>();
    private final Map<String, List<Entry>> policies = new LinkedHashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    /** Adds what every policy of this kind inherits. */
    public Layers defaults(String kind, Map<String, Setting> settings) {
        defaults.computeIfAbsent(kind, any -> new ArrayList<>()).add(new LinkedHashMap<>(settings));
        return this;
    }

    /** Adds settings of one policy; without any, the policy is merely named. */
    public Layers policy(String kind, String name, Map<String, Setting> settings) {
        return add(kind, new Entry(name, false, new LinkedHashMap<>(settings)));
    }

    /**
     * Adds settings of a policy whose name is known by its letters and digits only, as in an environment variable. They
     * belong to the policy that is called so elsewhere.
     */
    public Layers policyByLetters(String kind, String letters, Map<String, Setting> settings) {
        return add(kind, new Entry(letters, true, new LinkedHashMap<>(settings)));
    }

    /** Says that what a policy is told stands elsewhere than below its kind; problems name that property. */
    public Layers writtenAt(String kind, String name, String property) {
        properties.put(PropertyName.of(kind, name), property);
        return this;
    }

    /** The full name of the property below which the settings of a policy stand. */
    String property(String kind, String name) {
        String usual = PropertyName.of(kind, name);
        return properties.getOrDefault(usual, usual);
    }

    private Layers add(String kind, Entry entry) {
        policies.computeIfAbsent(kind, any -> new ArrayList<>()).add(entry);
        return this;
    }

    /** The names of the configured policies of this kind, these ones included that are known from elsewhere. */
    Set<String> names(String kind, Collection<String> known) {
        Set<String> names = new LinkedHashSet<>(known);
        List<Entry> entries = policies.getOrDefault(kind, List.of());
        entries.stream().filter(entry -> !entry.loose()).map(Entry::name).forEach(names::add);
        entries.stream()
                .filter(entry -> names.stream().noneMatch(entry::speaksOf))
                .map(Entry::name)
                .toList()
                .forEach(names::add);
        return names;
    }

    List<Map<String, Setting>> defaults(String kind) {
        return defaults.getOrDefault(kind, List.of());
    }

    List<Map<String, Setting>> policy(String kind, String name) {
        return policies.getOrDefault(kind, List.of()).stream()
                .filter(entry -> entry.speaksOf(name))
                .map(Entry::settings)
                .toList();
    }

    private static String letters(String name) {
        return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }
}
