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
 * <p>Every value is {@linkplain Spelling spelled out} with its shape and its length first, so no encoding is the
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
    private final Spelling spelling;
    private List<Object> objects = List.of();

    /**
     * @param seed what parts are spelled out with that have no order
     * @param begun what has been spelled out before; it stays as it is
     * @param operation what messages name
     */
    ArgumentEncoder(Seed seed, Spelling begun, String operation) {
        this.seed = seed;
        this.operation = operation;
        this.spelling = new Spelling(begun);
    }

    ArgumentsKey key() {
        return spelling.key(objects);
    }

    /** @throws UnkeyableArgumentException if there is no telling this value from another */
    void add(@Nullable Object value, int parameter) {
        add(value, parameter, 0);
    }

    private void add(@Nullable Object value, int parameter, int level) {
        if (value == null) {
            spelling.tag(Shape.NULL, 0);
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
            case BOOLEAN -> spelling.word(shape, (Boolean) value ? 1 : 0);
            case CHARACTER -> spelling.word(shape, (Character) value);
            case FLOAT -> spelling.word(shape, Float.floatToIntBits((Float) value));
            case DOUBLE -> spelling.word(shape, Double.doubleToLongBits((Double) value));
            case STRING -> spelling.text((String) value);
            case ENUM -> spelling.named(shape, ((Enum<?>) value).getDeclaringClass(), ((Enum<?>) value).name());
            case TEXT -> spelling.named(shape, value.getClass(), value.toString());
            case IDENTIFIER -> {
                spelling.word(shape, ((UUID) value).getMostSignificantBits());
                spelling.raw(((UUID) value).getLeastSignificantBits());
            }
            default -> spelling.word(shape, ((Number) value).longValue());
        }
    }

    private void addStructure(Shape shape, Object value, int parameter, int level) {
        switch (shape) {
            case BYTES -> spelling.bytes((byte[]) value);
            case ARRAY -> array(value, parameter, level);
            case LIST -> list((List<?>) value, parameter, level);
            case SET -> set((Set<?>) value, parameter, level);
            case MAP -> map((Map<?, ?>) value, parameter, level);
            case OPTIONAL -> optional((Optional<?>) value, parameter, level);
            case RECORD -> record(value, parameter, level);
            case DATE -> spelling.word(shape, ((Date) value).getTime());
            case EQUALS -> object(value, value.getClass());
            case CONTINUATION -> {}
            default ->
                throw new UnkeyableArgumentException(
                        operation, parameter, value.getClass(), "has no equals and hashCode of its own");
        }
    }

    private void array(Object array, int parameter, int level) {
        int length = Array.getLength(array);
        Class<?> element = array.getClass().getComponentType();
        spelling.tag(Shape.ARRAY, length);
        spelling.text(element.isPrimitive() ? element.getName() : "");
        for (int index = 0; index < length; index++) {
            add(Array.get(array, index), parameter, level);
        }
    }

    /** A copy, because a list that changes meanwhile may give more or fewer elements than it said. */
    private void list(List<?> list, int parameter, int level) {
        List<Object> copy = new ArrayList<>(list);
        spelling.tag(Shape.LIST, copy.size());
        for (Object element : copy) {
            add(element, parameter, level);
        }
    }

    private void optional(Optional<?> optional, int parameter, int level) {
        spelling.tag(Shape.OPTIONAL, 0);
        add(optional.orElse(null), parameter, level);
    }

    private void record(Object record, int parameter, int level) {
        Method[] accessors = ACCESSORS.get(record.getClass());
        spelling.tag(Shape.RECORD, accessors.length);
        spelling.text(record.getClass().getName());
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
        ArgumentEncoder apart = new ArgumentEncoder(seed, new Spelling(seed), operation);
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
        spelling.tag(shape, elements.size());
        for (ArgumentsKey element : elements) {
            spelling.raw(element.low());
            spelling.raw(element.high());
        }
    }

    private void object(Object object, Class<?> type) {
        spelling.tag(Shape.EQUALS, 0);
        spelling.text(type.getName());
        if (objects.isEmpty()) {
            objects = new ArrayList<>(2);
        }
        objects.add(object);
    }
}
