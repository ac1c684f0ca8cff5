package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Knobs.Described;
import dev.resilience.configuration.PropertyName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an IDE is told about the properties below {@code resilience.}, made from the records. */
final class ConfigurationMetadata {

    private static final Set<Class<?>> KNOWN =
            Set.of(String.class, Boolean.class, Integer.class, Long.class, Double.class, Duration.class);

    private final List<Map<String, Object>> groups = new ArrayList<>();
    private final List<Map<String, Object>> properties = new ArrayList<>();
    private final List<Map<String, Object>> hints = new ArrayList<>();

    private ConfigurationMetadata() {}

    /** The metadata of these kinds as JSON. */
    static String of(List<PolicyKind<?, ?>> kinds) {
        ConfigurationMetadata metadata = new ConfigurationMetadata();
        Knobs.of(Roots.class).forEach(knob -> metadata.property(PropertyName.ROOT + "." + knob.name(), knob));
        kinds.forEach(metadata::kind);
        metadata.property(
                PropertyName.ROOT + "." + Roots.PIPELINES,
                "java.util.Map<java.lang.String,java.util.Map<java.lang.String,java.util.List<java.lang.String>>>",
                "Pipelines by name: the names of their policies by kind, and under 'order' the order of their stages.");
        String http = PropertyName.ROOT + "." + Roots.HTTP;
        Knobs.of(HttpKnobs.class).forEach(knob -> metadata.property(http + "." + knob.name(), knob));
        metadata.property(
                http + "." + HttpSection.RULES,
                "java.util.List<" + RuleKnobs.class.getName() + ">",
                "Limits for requests by path and method; beside its own settings each rule knows those of a rate limiter.");
        String clients = PropertyName.ROOT + "." + Roots.HTTP_CLIENTS;
        Knobs.of(HttpClientKnobs.class).forEach(knob -> metadata.property(clients + "." + knob.name(), knob));
        String retryLog = PropertyName.ROOT + "." + Roots.RETRY_LOG;
        Knobs.of(RetryLogKnobs.class).forEach(knob -> metadata.property(retryLog + "." + knob.name(), knob));
        metadata.property(
                "management.health.resilience.enabled",
                "java.lang.Boolean",
                "Whether the states of policies are a component of the application's health.");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("groups", metadata.groups);
        all.put("properties", metadata.properties);
        all.put("hints", metadata.hints);
        return json(all, "") + "\n";
    }

    private void kind(PolicyKind<?, ?> kind) {
        String record = kind.configurationType().getName();
        property(
                PropertyName.ROOT + "." + kind.id(),
                "java.util.Map<java.lang.String," + record + ">",
                "What each " + kind.singular() + " is told, by its name; beside its own settings each knows 'enabled',"
                        + " 'shadow' and 'base'.");
        String defaults = PropertyName.defaults(kind.id());
        groups.add(entries(
                "name",
                defaults,
                "type",
                record,
                "description",
                "What every " + kind.singular() + " inherits that isn't told otherwise."));
        for (Described knob : Knobs.of(kind)) {
            property(defaults + "." + knob.name(), knob);
        }
        if (!kind.presets().isEmpty()) {
            hint(defaults + ".base", kind.presets().keySet().stream().sorted().toList(), true);
        }
    }

    private void property(String name, String type, String description) {
        properties.add(entries("name", name, "type", type, "description", description));
    }

    private void property(String name, Described knob) {
        String example = knob.knob().example();
        String description =
                sentence(knob.knob().value()) + (example.isEmpty() ? "" : " For example '" + example + "'.");
        property(name, typeName(knob.type()), description);
        Object byDefault = byDefault(knob);
        if (byDefault != null) {
            properties.get(properties.size() - 1).put("defaultValue", byDefault);
        }
        if (knob.type() instanceof Class<?> type && type.isEnum()) {
            hint(
                    name,
                    Arrays.stream(type.getEnumConstants())
                            .map(ConfigurationMetadata::word)
                            .toList(),
                    false);
        }
    }

    private static String sentence(String words) {
        return words.endsWith(".") ? words : words + ".";
    }

    /** What converts itself from text is text to an IDE. */
    private static String typeName(Type type) {
        if (type instanceof ParameterizedType generic) {
            List<String> arguments = Arrays.stream(generic.getActualTypeArguments())
                    .map(ConfigurationMetadata::typeName)
                    .toList();
            return generic.getRawType().getTypeName() + "<" + String.join(",", arguments) + ">";
        }
        boolean known = KNOWN.contains(type) || type instanceof Class<?> enumeration && enumeration.isEnum();
        return known ? type.getTypeName() : "java.lang.String";
    }

    private static @Nullable Object byDefault(Described knob) {
        String text = knob.knob().byDefault();
        if (text.isEmpty()) {
            return null;
        }
        if (knob.isList()) {
            return List.of(text.split("\\s*,\\s*"));
        }
        if (knob.type() == Boolean.class) {
            return Boolean.valueOf(text);
        }
        boolean number = knob.type() instanceof Class<?> type && Number.class.isAssignableFrom(type);
        if (number) {
            return new BigDecimal(text.replace("%", "").replace("_", "").trim());
        }
        return knob.type() == Duration.class ? Durations.plain(Durations.parse(text)) : text;
    }

    private void hint(String name, List<String> words, boolean others) {
        Map<String, Object> hint = entries("name", name);
        hint.put("values", words.stream().map(word -> entries("value", word)).toList());
        if (others) {
            hint.put("providers", List.of(entries("name", "any")));
        }
        hints.add(hint);
    }

    private static String word(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Object> entries(String... namesAndTexts) {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (int index = 0; index < namesAndTexts.length; index += 2) {
            entries.put(namesAndTexts[index], namesAndTexts[index + 1]);
        }
        return entries;
    }

    private static String json(Object value, String indent) {
        String deeper = indent + "  ";
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((key, entry) -> entries.add(json(key, deeper) + ": " + json(entry, deeper)));
            return block("{", entries, "}", indent);
        }
        if (value instanceof List<?> list) {
            return block(
                    "[", list.stream().map(element -> json(element, deeper)).toList(), "]", indent);
        }
        if (value instanceof String text) {
            return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
        return value.toString();
    }

    private static String block(String open, List<String> entries, String close, String indent) {
        String start = "\n" + indent + "  ";
        return entries.isEmpty()
                ? open + close
                : open + start + String.join("," + start, entries) + "\n" + indent + close;
    }
}
