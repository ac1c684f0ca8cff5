package dev.resilience.spring.guard;

import dev.resilience.configuration.Knobs;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.annotation.MergedAnnotation;

/** The one rule by which attributes of annotations are properties: see {@link dev.resilience.spring.annotation.Guard}. */
final class Attributes {

    private static final String NAME = "name";
    private static final String VALUE = "value";
    private static final String VALUE_ATTRIBUTE = "returning";

    private Attributes() {}

    /** The property that an attribute stands for. */
    static String property(String attribute) {
        return attribute.equals(VALUE_ATTRIBUTE) ? VALUE : Knobs.kebab(attribute);
    }

    /** What the annotation calls its policy; empty where it says nothing. */
    static String name(MergedAnnotation<?> annotation) {
        return annotation.getString(NAME);
    }

    /** The bare value, which may be the name or short for something; empty where there is none. */
    static String value(MergedAnnotation<?> annotation) {
        return annotation.getString(VALUE);
    }

    /** What the annotation says beside the name: the attributes that don't have their defaults. */
    static Map<String, List<String>> of(MergedAnnotation<?> annotation) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (Method attribute : annotation.getType().getDeclaredMethods()) {
            String name = attribute.getName();
            if (!name.equals(NAME) && !name.equals(VALUE) && !annotation.hasDefaultValue(name)) {
                texts.put(property(name), texts(annotation.getValue(name).orElseThrow()));
            }
        }
        return texts;
    }

    private static List<String> texts(Object value) {
        if (!value.getClass().isArray()) {
            return List.of(text(value));
        }
        List<String> texts = new ArrayList<>();
        for (int index = 0; index < Array.getLength(value); index++) {
            texts.add(text(Array.get(value, index)));
        }
        return List.copyOf(texts);
    }

    private static String text(Object value) {
        return value instanceof Class<?> type ? type.getName() : value.toString();
    }
}
