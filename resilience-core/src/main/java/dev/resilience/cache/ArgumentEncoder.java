package dev.resilience.cache;

import dev.resilience.cache.Fingerprint.Seed;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Encodes arguments so that different ones never read the same, and takes the fingerprint of that.
 *
 * <p>Every value is one word that tells its shape and its length, followed by exactly that much, so no encoding is the
 * beginning of another one and {@code ["a,b"]} is far from {@code ["a", "b"]}. What can't be spelled out but has an
 * {@code equals} of its own becomes part of the key as it is, beside the fingerprint. Sets and maps have no order, so the
 * fingerprints of their elements are sorted.
 */
final class ArgumentEncoder {

    private static final int DEEPEST = 64;

    /** Looking for the components of a record costs more than encoding them. */
    private static final ClassValue<Method[]> ACCESSORS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            Method[] accessors = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toArray(Method[]::new);
            AccessibleObject.setAccessible(accessors, true);
            return accessors;
        }
    };

    private final Seed seed;
    private final String operation;
    private final Fingerprint fingerprint;
    private List<Object> objects = List.of();

    ArgumentEncoder(Seed seed, String operation) {
        this.seed = seed;
        this.operation = operation;
        this.fingerprint = new Fingerprint(seed);
    }

    ArgumentsKey key() {
        return new ArgumentsKey(fingerprint.low(), fingerprint.high(), objects);
    }

    /** @throws UnkeyableArgumentException if there is no telling this value from another */
    void add(@Nullable Object value, int parameter) {
        add(value, parameter, 0);
    }

    void addText(CharSequence text) {
        tag(Shape.STRING, text.length());
        chars(text);
    }

    private void add(@Nullable Object value, int parameter, int level) {
        if (value == null) {
            tag(Shape.NULL, 0);
            return;
        }
        if (level > DEEPEST) {
            throw new UnkeyableArgumentException(operation, parameter, value.getClass(), "is nested too deeply");
        }
        Shape shape = Shape.of(value);
        if (shape.isScalar()) {
            addScalar(shape, value);
        } else {
            addStructure(shape, value, parameter, level + 1);
        }
    }

    private void addScalar(Shape shape, Object value) {
        switch (shape) {
            case BOOLEAN -> word(shape, (Boolean) value ? 1 : 0);
            case CHARACTER -> word(shape, (Character) value);
            case FLOAT -> word(shape, Float.floatToIntBits((Float) value));
            case DOUBLE -> word(shape, Double.doubleToLongBits((Double) value));
            case STRING -> addText((String) value);
            case ENUM -> named(shape, ((Enum<?>) value).getDeclaringClass(), ((Enum<?>) value).name());
            case TEXT -> named(shape, value.getClass(), value.toString());
            case IDENTIFIER -> {
                word(shape, ((UUID) value).getMostSignificantBits());
                fingerprint.add(((UUID) value).getLeastSignificantBits());
            }
            default -> word(shape, ((Number) value).longValue());
        }
    }

    private void addStructure(Shape shape, Object value, int parameter, int level) {
        switch (shape) {
            case BYTES -> bytes((byte[]) value);
            case ARRAY -> array(value, parameter, level);
            case LIST -> list((List<?>) value, parameter, level);
            case SET -> set((Set<?>) value, parameter, level);
            case MAP -> map((Map<?, ?>) value, parameter, level);
            case OPTIONAL -> optional((Optional<?>) value, parameter, level);
            case RECORD -> record(value, parameter, level);
            case DATE -> word(shape, ((Date) value).getTime());
            case EQUALS -> object(value, value.getClass());
            case CONTINUATION -> {}
            default ->
                throw new UnkeyableArgumentException(
                        operation, parameter, value.getClass(), "has no equals and hashCode of its own");
        }
    }

    private void bytes(byte[] bytes) {
        tag(Shape.BYTES, bytes.length);
        for (int start = 0; start < bytes.length; start += Long.BYTES) {
            long word = 0;
            for (int index = start; index < Math.min(start + Long.BYTES, bytes.length); index++) {
                word = word << Byte.SIZE | bytes[index] & 0xff;
            }
            fingerprint.add(word);
        }
    }

    private void array(Object array, int parameter, int level) {
        int length = Array.getLength(array);
        Class<?> element = array.getClass().getComponentType();
        tag(Shape.ARRAY, length);
        addText(element.isPrimitive() ? element.getName() : "");
        for (int index = 0; index < length; index++) {
            add(Array.get(array, index), parameter, level);
        }
    }

    /** A copy, because a list that changes meanwhile may give more or fewer elements than it said. */
    private void list(List<?> list, int parameter, int level) {
        List<Object> copy = new ArrayList<>(list);
        tag(Shape.LIST, copy.size());
        for (Object element : copy) {
            add(element, parameter, level);
        }
    }

    private void optional(Optional<?> optional, int parameter, int level) {
        tag(Shape.OPTIONAL, 0);
        add(optional.orElse(null), parameter, level);
    }

    private void record(Object record, int parameter, int level) {
        Method[] accessors = ACCESSORS.get(record.getClass());
        tag(Shape.RECORD, accessors.length);
        addText(record.getClass().getName());
        for (Method accessor : accessors) {
            add(read(accessor, record), parameter, level);
        }
    }

    private static @Nullable Object read(Method accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException broken) {
            throw new IllegalStateException("cannot read " + accessor, broken);
        }
    }

    private void set(Set<?> set, int parameter, int level) {
        List<ArgumentsKey> elements = new ArrayList<>();
        for (Object element : set) {
            elements.add(apart(element, null, parameter, level));
        }
        unordered(Shape.SET, elements);
    }

    private void map(Map<?, ?> map, int parameter, int level) {
        List<ArgumentsKey> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(apart(key, value, parameter, level)));
        unordered(Shape.MAP, entries);
    }

    private ArgumentsKey apart(@Nullable Object first, @Nullable Object second, int parameter, int level) {
        ArgumentEncoder apart = new ArgumentEncoder(seed, operation);
        apart.add(first, parameter, level);
        apart.add(second, parameter, level);
        return apart.key();
    }

    /** Where an element is told by its equals, there is no sorting: then it is told how often each key is there. */
    private void unordered(Shape shape, List<ArgumentsKey> elements) {
        if (elements.stream().anyMatch(element -> !element.objects().isEmpty())) {
            Map<ArgumentsKey, Integer> times = new HashMap<>();
            elements.forEach(element -> times.merge(element, 1, Integer::sum));
            object(times, shape == Shape.SET ? Set.class : Map.class);
            return;
        }
        elements.sort(Comparator.comparingLong(ArgumentsKey::low).thenComparingLong(ArgumentsKey::high));
        tag(shape, elements.size());
        for (ArgumentsKey element : elements) {
            fingerprint.add(element.low());
            fingerprint.add(element.high());
        }
    }

    private void object(Object object, Class<?> type) {
        tag(Shape.EQUALS, 0);
        addText(type.getName());
        if (objects.isEmpty()) {
            objects = new ArrayList<>(2);
        }
        objects.add(object);
    }

    private void named(Shape shape, Class<?> type, String name) {
        tag(shape, 0);
        addText(type.getName());
        addText(name);
    }

    private void word(Shape shape, long word) {
        tag(shape, 1);
        fingerprint.add(word);
    }

    private void tag(Shape shape, int length) {
        fingerprint.add((long) length << Byte.SIZE | shape.ordinal());
    }

    /** Four characters a word. */
    private void chars(CharSequence text) {
        int length = text.length();
        int index = 0;
        for (; index + 3 < length; index += 4) {
            fingerprint.add((long) text.charAt(index) << 48
                    | (long) text.charAt(index + 1) << 32
                    | (long) text.charAt(index + 2) << 16
                    | text.charAt(index + 3));
        }
        long rest = 0;
        for (; index < length; index++) {
            rest = rest << Character.SIZE | text.charAt(index);
        }
        if (length % 4 != 0) {
            fingerprint.add(rest);
        }
    }
}
