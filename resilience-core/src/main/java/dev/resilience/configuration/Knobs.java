package dev.resilience.configuration;

import dev.resilience.PolicyKind;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The knobs of a configuration record, read from its components. */
public final class Knobs {

    /** What a plain value in YAML can't begin with. */
    private static final String SPECIAL = "#@*&![]{}|>%`'\"";

    private Knobs() {}

    /**
     * A knob as it is described.
     *
     * @param name in kebab case
     * @param type the type of the component
     * @param accessor reads the effective value
     * @param knob its description
     */
    public record Described(String name, Type type, RecordComponent accessor, Knob knob) {

        /** Whether the knob is a map by name, such as {@code overrides}. */
        public boolean isMap() {
            return accessor.getType() == Map.class;
        }

        /** Whether the knob is a list. */
        public boolean isList() {
            return accessor.getType() == List.class;
        }

        /**
         * Whether several texts may be given, for the knob or for one entry of it: to a list, and to a type that converts
         * itself, which reads them joined by commas.
         */
        public boolean takesSeveral() {
            Type one = isMap() ? ((ParameterizedType) type).getActualTypeArguments()[1] : type;
            return one instanceof ParameterizedType || Texts.convertsItself((Class<?>) one);
        }

        /** A value worth copying. */
        public String exampleOrDefault() {
            return knob.example().isEmpty() ? knob.byDefault() : knob.example();
        }

        /** A line worth copying, with quotes where YAML would read the value as a comment, an alias or a collection. */
        public String exampleLine(String address) {
            String example = exampleOrDefault();
            boolean plain = example.isEmpty() || SPECIAL.indexOf(example.charAt(0)) < 0;
            return address + ": " + (plain ? example : '"' + example + '"');
        }

        /** The value of this knob in a record; may be null. */
        public @Nullable Object read(Record configuration) {
            try {
                accessor.getAccessor().setAccessible(true);
                return accessor.getAccessor().invoke(configuration);
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException("cannot read " + name + " of " + configuration, broken);
            }
        }
    }

    /** The knobs of this record, in the order of its components. */
    public static List<Described> of(Class<? extends Record> type) {
        List<Described> knobs = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Knob knob = component.getAnnotation(Knob.class);
            if (knob == null) {
                throw new IllegalStateException(type.getName() + "." + component.getName() + " needs a @Knob");
            }
            knobs.add(new Described(kebab(component.getName()), component.getGenericType(), component, knob));
        }
        return List.copyOf(knobs);
    }

    /** Everything a policy of this kind can be told: the knobs of its record, then those of all kinds. */
    public static List<Described> of(PolicyKind<?, ?> kind) {
        List<Described> knobs = new ArrayList<>(of(kind.configurationType()));
        knobs.addAll(of(CommonKnobs.class));
        return List.copyOf(knobs);
    }

    /** The knob of this name in any of the forms {@code max-wait}, {@code maxWait}, {@code max_wait}, {@code MAXWAIT}. */
    public static Optional<Described> find(List<Described> knobs, String name) {
        String uniform = uniform(name);
        return knobs.stream()
                .filter(knob -> uniform(knob.name()).equals(uniform))
                .findFirst();
    }

    /** {@code maxConcurrent} as {@code max-concurrent}. */
    public static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** A name without case, dashes and underscores. */
    public static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
