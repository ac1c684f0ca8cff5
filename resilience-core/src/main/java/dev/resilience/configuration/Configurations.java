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
        return bind(type, List.of(Setting.layer(texts, "code"))).orThrow();
    }

    /** The record with the library's defaults. @throws ResilienceConfigurationException if it has no useful defaults */
    public static <C extends Record> C defaults(Class<C> type) {
        return of(type, Map.of());
    }

    /** Binds layers of settings, weakest first, over the library's defaults. */
    public static <C extends Record> Bound<C> bind(Class<C> type, List<Map<String, Setting>> layers) {
        List<Problem> problems = new ArrayList<>();
        Read read = read(type, layers, problems);
        C configuration = construct(type, read.values().toArray(), read.settings(), problems);
        return new Bound<>(problems.isEmpty() ? configuration : null, List.copyOf(problems), read.settings());
    }

    /** What is wrong with the settings one by one, before the rules of the record are asked. */
    static List<Problem> misread(Class<? extends Record> type, List<Map<String, Setting>> layers) {
        List<Problem> problems = new ArrayList<>();
        read(type, layers, problems);
        return problems;
    }

    private record Read(List<@Nullable Object> values, Map<String, Setting> settings) {}

    private static Read read(Class<? extends Record> type, List<Map<String, Setting>> layers, List<Problem> problems) {
        List<Knobs.Described> knobs = Knobs.of(type);
        Overlay overlay = new Overlay(knobs, problems);
        Map<String, Setting> settings = overlay.of(layers);
        List<@Nullable Object> values = new ArrayList<>();
        for (Knobs.Described knob : knobs) {
            values.add(knob.isMap() ? entries(knob, settings, problems) : value(knob, settings, overlay, problems));
        }
        return new Read(values, settings);
    }

    private static @Nullable Object value(
            Knobs.Described knob, Map<String, Setting> settings, Overlay overlay, List<Problem> problems) {
        Setting setting = settings.get(knob.name());
        if (setting == null) {
            boolean silenced = overlay.silencer(knob.name(), settings).isPresent();
            return silenced ? unset(knob) : byDefault(knob);
        }
        if (setting.text().isBlank()) {
            return empty(knob, setting, problems);
        }
        Object converted = convert(knob, knob.name(), setting, knob.type(), problems);
        return converted == null ? byDefault(knob) : converted;
    }

    /** An empty list is a value: it clears what a weaker layer says. Nothing else can be empty. */
    private static @Nullable Object empty(Knobs.Described knob, Setting setting, List<Problem> problems) {
        if (!knob.isList()) {
            problems.add(problem(knob.name(), setting, "is empty", example(knob, knob.name())));
        }
        return unset(knob);
    }

    private static @Nullable Object unset(Knobs.Described knob) {
        return knob.isList() ? List.of() : null;
    }

    private static @Nullable Object byDefault(Knobs.Described knob) {
        String text = knob.knob().byDefault();
        return text.isEmpty() ? unset(knob) : Texts.convert(Setting.of(text, Setting.LIBRARY), knob.type());
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
        if (setting.text().isBlank()) {
            problems.add(problem(address, setting, "is empty", example(knob, address)));
            return null;
        }
        try {
            return Texts.convert(setting, type);
        } catch (IllegalArgumentException refused) {
            problems.add(problem(address, setting, "the value " + refused.getMessage(), example(knob, address)));
            return null;
        }
    }

    private static Problem problem(String property, Setting setting, String reason, String remedy) {
        return new Problem(property, setting.text(), setting.origin(), reason, remedy);
    }

    private static String example(Knobs.Described knob, String address) {
        return "Write for example '" + knob.exampleLine(address) + "'";
    }

    private static <C extends Record> @Nullable C construct(
            Class<C> type, @Nullable Object[] values, Map<String, Setting> settings, List<Problem> problems) {
        try {
            return constructor(type).newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof ResilienceConfigurationException broken) {
                problems.addAll(unreported(broken.problems(), problems, settings));
            } else if (problems.isEmpty()) {
                throw new IllegalStateException(type.getName() + " could not be made", refused.getCause());
            }
            return null;
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException(type.getName() + " could not be made", broken);
        }
    }

    private static <C extends Record> Constructor<C> constructor(Class<C> type) throws NoSuchMethodException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Constructor<C> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor;
    }

    /** A property that didn't convert, and is missing for that reason, has been reported already. */
    private static List<Problem> unreported(List<Problem> broken, List<Problem> known, Map<String, Setting> settings) {
        List<String> reported = known.stream().map(Problem::property).toList();
        return broken.stream()
                .filter(problem -> !reported.contains(problem.property()))
                .map(problem -> placed(problem, settings))
                .toList();
    }

    /** A broken rule speaks of the value as it was written, and of the place; of a list it points at the element. */
    private static Problem placed(Problem problem, Map<String, Setting> settings) {
        Setting setting = settings.get(problem.property());
        if (setting == null) {
            return problem;
        }
        boolean pointsAtElement = problem.value() != null && setting.text().contains(",");
        String value = pointsAtElement ? problem.value() : setting.text();
        return new Problem(problem.property(), value, setting.origin(), problem.reason(), problem.remedy());
    }
}
