package dev.resilience.configuration;

import dev.resilience.PolicyKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Follows {@code base} from one policy of a kind to the next, and at last to a preset.
 *
 * <p>A base gives its configured layers, never its runtime overrides. A user's policy wins over a preset of the same
 * name, except for itself: {@code redis: {base: redis}} can only mean the preset.
 */
final class Inheritance {

    private final PolicyKind<?, ?> kind;
    private final Set<String> siblings;
    private final Function<String, List<Layer>> configured;
    private final List<Problem> problems;

    /**
     * An inheritance among these policies.
     *
     * @param configured the own layers of a sibling, weakest first
     * @param problems takes what is wrong
     */
    Inheritance(
            PolicyKind<?, ?> kind,
            Set<String> siblings,
            Function<String, List<Layer>> configured,
            List<Problem> problems) {
        this.kind = kind;
        this.siblings = siblings;
        this.configured = configured;
        this.problems = problems;
    }

    /** What comes from the base these layers name, weakest first; nothing where they name none. */
    List<Layer> below(List<Layer> layers, List<String> path) {
        return naming(layers).map(layer -> follow(layer, path)).orElse(List.of());
    }

    private static Optional<Layer> naming(List<Layer> layers) {
        return layers.isEmpty()
                ? Optional.empty()
                : Optional.of(Layer.speakingOf("base", layers))
                        .filter(layer -> layer.settings().containsKey("base"))
                        .filter(layer -> !layer.settings().get("base").text().isBlank());
    }

    private List<Layer> follow(Layer layer, List<String> path) {
        String base = layer.settings().get("base").text().trim();
        boolean itself = !path.isEmpty() && path.get(path.size() - 1).equals(base);
        if (siblings.contains(base) && !(itself && kind.presets().containsKey(base))) {
            return path.contains(base) ? cycle(layer, base, path) : sibling(base, path);
        }
        Map<String, String> preset = kind.presets().get(base);
        return preset == null ? unknown(layer, base) : List.of(preset(base, preset));
    }

    private List<Layer> sibling(String base, List<String> path) {
        List<String> further = new ArrayList<>(path);
        further.add(base);
        List<Layer> own = configured.apply(base);
        List<Layer> inherited = new ArrayList<>(below(own, further));
        own.forEach(layer -> inherited.add(layer.inheritedFrom(base)));
        return inherited;
    }

    private Layer preset(String base, Map<String, String> texts) {
        return new Layer(
                PropertyName.of(kind.id(), base), Setting.fromBase(base), Setting.layer(texts, Setting.fromBase(base)));
    }

    private List<Layer> cycle(Layer layer, String base, List<String> path) {
        String circle = String.join(" → ", path.subList(path.indexOf(base), path.size())) + " → " + base;
        report(layer, "leads back to itself: " + circle, "Remove one 'base' of this circle");
        return List.of();
    }

    private List<Layer> unknown(Layer layer, String base) {
        Set<String> known = new LinkedHashSet<>(siblings);
        known.addAll(kind.presets().keySet());
        String remedy = known.isEmpty() ? "Remove 'base'" : NearestName.remedy(base, known);
        report(layer, "there is no " + kind.singular() + " '" + base + "' to inherit from", remedy);
        return List.of();
    }

    private void report(Layer layer, String reason, String remedy) {
        Setting base = layer.settings().get("base");
        problems.add(layer.place(new Problem("base", base.text(), base.origin(), reason, remedy)));
    }
}
