package dev.resilience.cache;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** How an argument is told from other arguments. The order is part of the encoding. */
enum Shape {
    BOOLEAN,
    BYTE,
    SHORT,
    CHARACTER,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    ENUM,
    IDENTIFIER,
    /** An immutable number or date whose text tells all of it. */
    TEXT,
    NULL,
    BYTES,
    ARRAY,
    LIST,
    SET,
    MAP,
    OPTIONAL,
    RECORD,
    /** Mutable, so it can't be a key as it is. */
    DATE,
    /** Told from others by its own {@code equals}. */
    EQUALS,
    /** The continuation that Kotlin's compiler adds: no argument at all. */
    CONTINUATION,
    /** There is no telling. */
    UNKNOWN;

    private static final Map<Class<?>, Shape> EXACT = Map.ofEntries(
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(Byte.class, BYTE),
            Map.entry(Short.class, SHORT),
            Map.entry(Character.class, CHARACTER),
            Map.entry(Integer.class, INTEGER),
            Map.entry(Long.class, LONG),
            Map.entry(Float.class, FLOAT),
            Map.entry(Double.class, DOUBLE),
            Map.entry(String.class, STRING),
            Map.entry(UUID.class, IDENTIFIER),
            Map.entry(BigDecimal.class, TEXT),
            Map.entry(BigInteger.class, TEXT),
            Map.entry(byte[].class, BYTES),
            Map.entry(Date.class, DATE),
            Map.entry(Class.class, EQUALS),
            Map.entry(Optional.class, OPTIONAL));

    /** A {@code ClassValue} lets a class be unloaded; each class is looked at once. */
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            Shape exact = EXACT.get(type);
            return exact == null ? family(type) : exact;
        }
    };

    /** The shape of an argument. */
    static Shape of(Object value) {
        return SHAPES.get(value.getClass());
    }

    /** The shape of arguments declared as of this type, as far as that shows. */
    static Shape declared(Class<?> type) {
        return SHAPES.get(type);
    }

    /** Whether a value of this shape is immutable and small, so that it may be a key as it is. */
    boolean isScalar() {
        return ordinal() <= TEXT.ordinal();
    }

    /** Whether the type arguments of a declared type of this shape are encoded in turn. */
    boolean isContainer() {
        return this == LIST || this == SET || this == MAP || this == OPTIONAL;
    }

    private static Shape family(Class<?> type) {
        if (Enum.class.isAssignableFrom(type)) {
            return ENUM;
        }
        if (type.isArray()) {
            return ARRAY;
        }
        if (type.isRecord()) {
            return isReadable(type) ? RECORD : EQUALS;
        }
        if (isContinuation(type)) {
            return CONTINUATION;
        }
        return type.getPackageName().equals("java.time") && hasEquals(type) ? TEXT : collection(type);
    }

    private static Shape collection(Class<?> type) {
        if (List.class.isAssignableFrom(type)) {
            return LIST;
        }
        if (Set.class.isAssignableFrom(type)) {
            return SET;
        }
        if (Map.class.isAssignableFrom(type)) {
            return MAP;
        }
        return hasEquals(type) ? EQUALS : UNKNOWN;
    }

    private static boolean hasEquals(Class<?> type) {
        try {
            return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class
                    && type.getMethod("hashCode").getDeclaringClass() != Object.class
                    && !type.isInterface();
        } catch (NoSuchMethodException primitiveOrInterface) {
            return false;
        }
    }

    private static boolean isReadable(Class<?> type) {
        try {
            for (RecordComponent component : type.getRecordComponents()) {
                component.getAccessor().setAccessible(true);
            }
            return true;
        } catch (InaccessibleObjectException closedModule) {
            return false;
        }
    }

    private static boolean isContinuation(Class<?> type) {
        if (type.getName().equals("kotlin.coroutines.Continuation")) {
            return true;
        }
        for (Class<?> parent : type.getInterfaces()) {
            if (isContinuation(parent)) {
                return true;
            }
        }
        return type.getSuperclass() != null && isContinuation(type.getSuperclass());
    }
}
