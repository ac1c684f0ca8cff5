package dev.resilience.spring.config;

import dev.resilience.configuration.Problem;
import dev.resilience.configuration.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What one property source says, by section and address; the elements of a list come together in one setting. */
final class SourceSettings {

    /**
     * What settings belong to.
     *
     * @param root the id of a kind, or another root
     * @param name the policy, the pipeline, or the kind whose defaults they are; empty for settings of the root itself
     * @param byLetters whether only letters and digits of the name are known
     */
    record Section(String root, String name, boolean byLetters) {}

    /** The index of what isn't an element of a list. */
    static final int SINGLE = -1;

    private final Map<Section, Map<String, TreeMap<Integer, Written>>> sections = new LinkedHashMap<>();
    private final List<Problem> problems;

    SourceSettings(List<Problem> problems) {
        this.problems = problems;
    }

    /** Names a section, with or without anything in it. */
    void name(Section section) {
        sections.computeIfAbsent(section, any -> new LinkedHashMap<>());
    }

    void put(Section section, String address, int index, Written written) {
        name(section);
        TreeMap<Integer, Written> elements = sections.get(section).computeIfAbsent(address, any -> new TreeMap<>());
        if (!elements.isEmpty() && (index == SINGLE) != elements.containsKey(SINGLE)) {
            problems.add(written.problem("is written as one value and as a list", "Keep one of the two"));
        }
        elements.put(index, written);
    }

    /** Hands on every section with its settings. */
    void forEach(BiConsumer<Section, Map<String, Setting>> action) {
        sections.forEach((section, entries) -> {
            Map<String, Setting> settings = new LinkedHashMap<>();
            entries.forEach((address, elements) -> settings.put(address, setting(new ArrayList<>(elements.values()))));
            action.accept(section, settings);
        });
    }

    private static Setting setting(List<Written> elements) {
        List<String> texts = elements.stream().map(Written::text).toList();
        return new Setting(texts, elements.get(0).origin());
    }
}
