package dev.resilience.key;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The types of the keys a policy has seen, so that a text can be read as the key it stands for: {@code 42} is a Long
 * where the argument is one. Thread-safe.
 */
public final class KeyTypes {

    private static final int MOST = 16;

    private static final Map<Class<?>, Function<String, Object>> READERS = Map.of(
            Integer.class, Integer::valueOf,
            Long.class, Long::valueOf,
            Short.class, Short::valueOf,
            Byte.class, Byte::valueOf,
            BigInteger.class, BigInteger::new,
            BigDecimal.class, BigDecimal::new,
            UUID.class, UUID::fromString,
            Boolean.class, Boolean::valueOf);

    /** Replaced as a whole; the rival is another key of a new type, which is seen again with its next call. */
    private volatile Class<?>[] seen = {};

    /** Remembers the type of this key. */
    public void seen(Object key) {
        Class<?> type = key.getClass();
        for (Class<?> known : seen) {
            if (known == type) {
                return;
            }
        }
        remember(type);
    }

    private synchronized void remember(Class<?> type) {
        if (seen.length < MOST && !Arrays.asList(seen).contains(type)) {
            Class<?>[] more = Arrays.copyOf(seen, seen.length + 1);
            more[seen.length] = type;
            seen = more;
        }
    }

    /** The first of these that is known, or the first if none is. */
    public static Object likeliest(List<Object> meant, Predicate<Object> isKnown) {
        return meant.stream().filter(isKnown).findFirst().orElse(meant.get(0));
    }

    /** These keys, and after each text what it is as a key of the types seen. */
    public List<Object> read(List<?> meant) {
        List<Object> keys = new ArrayList<>();
        for (Object key : meant) {
            keys.add(key);
            if (key instanceof String text) {
                read(text, keys);
            }
        }
        return keys;
    }

    /** What is written otherwise than the key is shown is no such key, though it could be read as one. */
    private void read(String text, List<Object> keys) {
        for (Class<?> type : seen) {
            Object key = key(type, text);
            if (key != null && key.toString().equalsIgnoreCase(text)) {
                keys.add(key);
            }
        }
    }

    private static @Nullable Object key(Class<?> type, String text) {
        Function<String, Object> reader = READERS.get(type);
        if (reader == null) {
            return constant(type, text);
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** A constant with a body has a class of its own below that of its enum. */
    private static @Nullable Object constant(Class<?> type, String text) {
        Class<?> enumeration = type.isEnum() ? type : type.getSuperclass();
        if (enumeration == null || !enumeration.isEnum()) {
            return null;
        }
        return Stream.of(enumeration.getEnumConstants())
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElse(null);
    }
}
