package dev.resilience.configuration;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Configurations.Bound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way from the layers of a kind's policies to their records. Collects what is wrong on that way; not thread-safe. */
final class Resolution<C extends Record> {

    private static final List<Knobs.Described> COMMON = Knobs.of(CommonKnobs.class);

    private final PolicyKind<C, ?> kind;
    private final Layers layers;
    private final Function<String, List<Map<String, Setting>>> annotated;
    private final List<Knobs.Described> knobs;
    private final List<Problem> problems = new ArrayList<>();
    /** The knobs that layers of the policy under way name otherwise. */
    private final Set<String> misnamed = new HashSet<>();

    private final Inheritance inheritance;

    Resolution(
            PolicyKind<C, ?> kind,
            Set<String> names,
            Layers layers,
            Function<String, List<Map<String, Setting>>> annotated) {
        this.kind = kind;
        this.layers = layers;
        this.annotated = annotated;
        this.knobs = Knobs.of(kind);
        this.inheritance = new Inheritance(kind, names, this::own, problems);
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** The policy, or empty with at least one problem more. */
    Optional<ResolvedPolicy<C>> policy(String name, Map<String, Setting> override) {
        int before = problems.size();
        misnamed.clear();
        List<Layer> stack = stack(name, override);
        Bound<CommonKnobs> common = Configurations.bind(CommonKnobs.class, only(stack, Resolution::isCommon));
        Bound<C> own = Configurations.bind(kind.configurationType(), only(stack, knob -> !isCommon(knob)));
        place(common.problems(), stack);
        place(unexplained(own.problems()), stack);
        if (problems.size() > before || own.configuration() == null || common.configuration() == null) {
            return Optional.empty();
        }
        Map<String, Setting> settings = shown(stack, own, common);
        return Optional.of(new ResolvedPolicy<>(kind, name, own.configuration(), common.configuration(), settings));
    }

    /** What is missing because it was written under another name, or in another shape, has been reported already. */
    private List<Problem> unexplained(List<Problem> found) {
        return found.stream()
                .filter(problem -> problem.origin() != null || !misnamed.contains(problem.property()))
                .toList();
    }

    /** The problem of a relative address, as it is written for this policy or where it inherits from. */
    Problem placed(String name, Problem problem) {
        Layer speaking = Layer.speakingOf(problem.property(), stack(name, Map.of()));
        Setting setting = speaking.settings().get(problem.property());
        return speaking.place(setting == null ? problem : problem.at(setting.origin()));
    }

    /** What is said of a knob in the strongest layer that speaks of it, or null. */
    @Nullable Setting said(String name, String knob) {
        return Layer.speakingOf(knob, stack(name, Map.of())).settings().get(knob);
    }

    /** Checks what policies inherit, even where each of them says otherwise; with all rules if there is no policy. */
    void checkDefaults(boolean alone) {
        List<Layer> defaults = defaults();
        if (defaults.isEmpty()) {
            return;
        }
        List<Map<String, Setting>> own = only(defaults, knob -> !isCommon(knob));
        List<Problem> wrong = new ArrayList<>(
                alone
                        ? Configurations.bind(kind.configurationType(), own).problems()
                        : Configurations.misread(kind.configurationType(), own));
        wrong.removeIf(problem -> own.stream().noneMatch(layer -> layer.containsKey(problem.property())));
        wrong.addAll(Configurations.misread(CommonKnobs.class, only(defaults, Resolution::isCommon)));
        place(wrong, defaults);
        inheritance.below(defaults, List.of());
    }

    private List<Layer> stack(String name, Map<String, Setting> override) {
        List<Layer> defaults = defaults();
        List<Layer> own = own(name);
        List<Layer> stack = new ArrayList<>(inheritance.below(defaults, List.of()));
        stack.addAll(defaults);
        stack.addAll(inheritance.below(own, List.of(name)));
        stack.addAll(own);
        stack.add(layer(layers.property(kind.id(), name), override));
        return stack;
    }

    private List<Layer> defaults() {
        return layers.defaults(kind.id()).stream()
                .map(settings -> layer(PropertyName.defaults(kind.id()), settings))
                .map(layer -> new Layer(layer.property(), Setting.DEFAULTS, layer.settings()))
                .toList();
    }

    private List<Layer> own(String name) {
        String property = layers.property(kind.id(), name);
        List<Layer> own = new ArrayList<>();
        own.add(annotation(property, annotated.apply(name)));
        layers.policy(kind.id(), name).forEach(settings -> own.add(layer(property, settings)));
        return own;
    }

    /** The annotations of one policy as one layer; they may complete each other, not contradict. */
    private Layer annotation(String property, List<Map<String, Setting>> annotations) {
        Map<String, Setting> together = new LinkedHashMap<>();
        Layer layer = new Layer(property, null, together);
        for (Map<String, Setting> attributes : annotations) {
            layer(property, attributes).settings().forEach((address, setting) -> {
                Setting other = together.putIfAbsent(address, setting);
                if (other != null && !other.text().equals(setting.text())) {
                    problems.add(layer.place(contradiction(address, setting, other)));
                }
            });
        }
        return layer;
    }

    private static Problem contradiction(String address, Setting setting, Setting other) {
        String reason = "contradicts '" + other.text() + "' (" + other.origin() + ")";
        String remedy = "Give both the same value, or one of them a name of its own";
        return new Problem(address, setting.text(), setting.origin(), reason, remedy);
    }

    private Layer layer(String property, Map<String, Setting> settings) {
        List<Problem> found = new ArrayList<>();
        Overlay overlay = new Overlay(knobs, found);
        Layer layer = new Layer(property, null, overlay.canonical(settings));
        found.forEach(problem -> problems.add(layer.place(problem)));
        misnamed.addAll(overlay.misnamed());
        return layer;
    }

    private static List<Map<String, Setting>> only(List<Layer> layers, Predicate<String> knobs) {
        return layers.stream().map(layer -> layer.only(knobs)).toList();
    }

    private static boolean isCommon(String knob) {
        return COMMON.stream().anyMatch(common -> common.name().equals(knob));
    }

    private void place(List<Problem> relative, List<Layer> stack) {
        relative.forEach(problem ->
                problems.add(Layer.speakingOf(problem.property(), stack).place(problem)));
    }

    private static Map<String, Setting> shown(List<Layer> stack, Bound<?> own, Bound<?> common) {
        Map<String, Setting> shown = new LinkedHashMap<>();
        own.settings().keySet().forEach(address -> shown.put(address, shown(stack, address)));
        common.settings().keySet().forEach(address -> shown.put(address, shown(stack, address)));
        return Map.copyOf(shown);
    }

    private static Setting shown(List<Layer> stack, String address) {
        return Layer.speakingOf(address, stack).shown(address);
    }
}
