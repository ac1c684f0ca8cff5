package dev.resilience.configuration;

import dev.resilience.ResilienceConfigurationException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds settings to configuration records.
 *
 * <p>A setting is addressed by the name of its knob in any usual spelling, and an entry of a map knob by that name, a
 * dot and the entry's key: {@code overrides.agent-123}. Everything that is wrong is collected: names that don't exist,
 * texts that don't convert, rules of the record that are broken. Nothing is ignored in silence.
 */
public final class Configurations {

    private Configurations() {}

    /**
     * What binding brought.
     *
     * @param configuration the record, or null if there are problems
     * @param problems everything that is wrong, with properties relative to the record
     * @param settings what was set, by canonical address, strongest layer only
     */
    public record Bound<C extends Record>(
            @Nullable C configuration, List<Problem> problems, Map<String, Setting> settings) {

        /** The record. @throws ResilienceConfigurationException if there are problems */
        public C orThrow() {
            if (configuration == null) {
                throw new ResilienceConfigurationException(problems);
            }
            return configuration;
        }
    }

    /**
     * The record with these texts over the library's defaults.
     *
     * @throws ResilienceConfigurationException with everything that is wrong
     */
    public static <C extends Record> C of(Class<C> type, Map<String, String> texts) {
        Map<String, Setting> layer = new LinkedHashMap<>();
        texts.forEach((name, text) -> layer.put(name, Setting.of(text, "code")));
        return bind(type, List.of(layer)).orThrow();
    }

    /** The record with the library's defaults. @throws ResilienceConfigurationException if it has no useful defaults */
    public static <C extends Record> C defaults(Class<C> type) {
        return of(type, Map.of());
    }

    /** Binds layers of settings, weakest first, over the library's defaults. */
    public static <C extends Record> Bound<C> bind(Class<C> type, List<Map<String, Setting>> layers) {
        List<Knobs.Described> knobs = Knobs.of(type);
        List<Problem> problems = new ArrayList<>();
        Map<String, Setting> settings = overlay(knobs, layers, problems);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Knobs.Described knob : knobs) {
            values.put(knob.name(), value(knob, settings, problems));
        }
        C configuration = construct(type, values.values().toArray(), settings, problems);
        return new Bound<>(problems.isEmpty() ? configuration : null, List.copyOf(problems), settings);
    }

    private static Map<String, Setting> overlay(
            List<Knobs.Described> knobs, List<Map<String, Setting>> layers, List<Problem> problems) {
        Map<String, Setting> overlaid = new LinkedHashMap<>();
        for (Map<String, Setting> layer : layers) {
            Map<String, Setting> canonical = canonical(knobs, layer, problems);
            for (String address : canonical.keySet()) {
                alternative(knobs, address).ifPresent(other -> {
                    if (canonical.containsKey(other)) {
                        problems.add(contradiction(address, other, canonical));
                    }
                    overlaid.remove(other);
                });
                Knobs.find(knobs, address).ifPresent(knob -> List.of(knob.knob().outranks())
                        .forEach(overlaid::remove));
            }
            overlaid.putAll(canonical);
        }
        return Collections.unmodifiableMap(overlaid);
    }

    private static Map<String, Setting> canonical(
            List<Knobs.Described> knobs, Map<String, Setting> layer, List<Problem> problems) {
        Map<String, Setting> canonical = new LinkedHashMap<>();
        layer.forEach((written, setting) -> {
            String name = head(written);
            Optional<Knobs.Described> knob = Knobs.find(knobs, name);
            if (knob.isEmpty()) {
                problems.add(unknown(knobs, written, name, setting));
            } else if (knob.get().isMap() && name.equals(written)) {
                problems.add(problem(written, setting, "is a map", "Write entries below it, such as '" + written + ".NAME: "
                        + knob.get().exampleOrDefault() + "'"));
            } else if (!knob.get().isMap() && !name.equals(written)) {
                problems.add(problem(written, setting, "'" + knob.get().name() + "' has nothing below it",
                        "Write for example '" + knob.get().name() + ": " + knob.get().exampleOrDefault() + "'"));
            } else {
                canonical.put(knob.get().name() + written.substring(name.length()), setting);
            }
        });
        return canonical;
    }

    private static String head(String address) {
        int dot = address.indexOf('.');
        return dot < 0 ? address : address.substring(0, dot);
    }

    /** The knob that says the same as this one in other words; the relation is written at one end and holds for both. */
    private static Optional<String> alternative(List<Knobs.Described> knobs, String name) {
        return knobs.stream()
                .filter(knob -> !knob.knob().insteadOf().isEmpty())
                .filter(knob -> knob.name().equals(name) || knob.knob().insteadOf().equals(name))
                .map(knob -> knob.name().equals(name) ? knob.knob().insteadOf() : knob.name())
                .findFirst();
    }

    private static Problem contradiction(String address, String other, Map<String, Setting> layer) {
        return problem(address, layer.get(address), "says the same as '" + other + "' (" + layer.get(other).text() + ")",
                "Give one of the two");
    }

    private static Problem unknown(List<Knobs.Described> knobs, String written, String name, Setting setting) {
        List<String> names = knobs.stream().map(Knobs.Described::name).toList();
        String remedy = NearestName.of(name, names)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("Known are " + String.join(", ", names));
        return problem(written, setting, "there is no property '" + name + "' here", remedy);
    }

    private static Problem problem(String property, Setting setting, String reason, String remedy) {
        return new Problem(property, setting.text(), setting.origin(), reason, remedy);
    }

    private static @Nullable Object value(
            Knobs.Described knob, Map<String, Setting> settings, List<Problem> problems) {
        if (knob.isMap()) {
            return entries(knob, settings, problems);
        }
        Setting setting = settings.get(knob.name());
        if (setting != null && !(setting.text().isBlank())) {
            Object converted = convert(knob, knob.name(), setting, knob.type(), problems);
            if (converted != null) {
                return converted;
            }
        } else if (setting != null && knob.accessor().getType() != List.class) {
            problems.add(problem(knob.name(), setting, "is empty", example(knob, knob.name())));
        }
        return byDefault(knob);
    }

    private static @Nullable Object byDefault(Knobs.Described knob) {
        String text = knob.knob().byDefault();
        if (text.isEmpty()) {
            return knob.accessor().getType() == List.class ? List.of() : null;
        }
        return Texts.convert(Setting.of(text, Setting.LIBRARY), knob.type());
    }

    private static Map<String, Object> entries(
            Knobs.Described knob, Map<String, Setting> settings, List<Problem> problems) {
        Type element = ((ParameterizedType) knob.type()).getActualTypeArguments()[1];
        Map<String, Object> entries = new LinkedHashMap<>();
        settings.forEach((address, setting) -> {
            if (address.startsWith(knob.name() + ".")) {
                Object converted = convert(knob, address, setting, element, problems);
                if (converted != null) {
                    entries.put(address.substring(knob.name().length() + 1), converted);
                }
            }
        });
        return Collections.unmodifiableMap(entries);
    }

    private static @Nullable Object convert(
            Knobs.Described knob, String address, Setting setting, Type type, List<Problem> problems) {
        try {
            return Texts.convert(setting, type);
        } catch (IllegalArgumentException refused) {
            problems.add(problem(address, setting, "the value " + refused.getMessage(), example(knob, address)));
            return null;
        }
    }

    private static String example(Knobs.Described knob, String address) {
        return "Write for example '" + address + ": " + knob.exampleOrDefault() + "'";
    }

    private static <C extends Record> @Nullable C construct(
            Class<C> type, Object[] values, Map<String, Setting> settings, List<Problem> problems) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<C> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof ResilienceConfigurationException broken) {
                broken.problems().forEach(problem -> addOnce(problems, placed(problem, settings)));
                return null;
            }
            throw new IllegalStateException(type.getName() + " could not be made", refused.getCause());
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException(type.getName() + " could not be made", broken);
        }
    }

    /** A property that didn't convert and is required for that reason is reported once. */
    private static void addOnce(List<Problem> problems, Problem problem) {
        boolean known = problems.stream().anyMatch(other -> other.property().equals(problem.property()));
        if (!known) {
            problems.add(problem);
        }
    }

    private static Problem placed(Problem problem, Map<String, Setting> settings) {
        Setting setting = settings.get(problem.property());
        return setting == null ? problem : problem.at(setting.origin());
    }
}
