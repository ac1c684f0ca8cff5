package dev.resilience.configuration;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Converts the texts of a setting to the type of a knob. A type the core doesn't know converts itself through a public
 * static {@code parse(String)} that throws {@link IllegalArgumentException} with a reason completing "the value …".
 */
final class Texts {

    private static final Set<Class<?>> PLAIN =
            Set.of(String.class, Boolean.class, Integer.class, Long.class, Double.class, Duration.class);

    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,100}");

    private Texts() {}

    static Object convert(Setting setting, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return elements(setting, list.getActualTypeArguments()[0]);
        }
        return one(setting.text().trim(), (Class<?>) type);
    }

    /** Whether this type is read by its own {@code parse(String)}. */
    static boolean convertsItself(Class<?> type) {
        return !type.isEnum() && !PLAIN.contains(type);
    }

    private static List<Object> elements(Setting setting, Type element) {
        List<String> texts = setting.values().size() == 1
                ? Arrays.asList(setting.values().get(0).split(","))
                : setting.values();
        List<Object> converted = new ArrayList<>();
        for (String text : texts) {
            if (!text.isBlank()) {
                converted.add(one(text.trim(), (Class<?>) element));
            }
        }
        return List.copyOf(converted);
    }

    private static Object one(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == Boolean.class) {
            return truth(text);
        }
        if (type == Integer.class) {
            return Math.toIntExact(whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        if (type == Long.class) {
            return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == Double.class) {
            return number(text);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        return type.isEnum() ? constant(text, type) : parsed(text, type);
    }

    private static Boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private static long whole(String text, long least, long most) {
        String digits = text.replace("_", "");
        if (!WHOLE.matcher(digits).matches()) {
            throw new IllegalArgumentException("is no whole number");
        }
        BigInteger number = new BigInteger(digits);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
        }
        return number.longValue();
    }

    /** A number, or a percentage: {@code 50%} is 50. */
    private static Double number(String text) {
        try {
            double number = Double.parseDouble(
                    text.endsWith("%") ? text.substring(0, text.length() - 1).trim() : text);
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new IllegalArgumentException("is no finite number");
            }
            return number;
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("is no number", malformed);
        }
    }

    /** In YAML {@code off} is another word for false, so false is another word for off where there is an off. */
    private static Object constant(String text, Class<?> type) {
        String word = Knobs.uniform(text.equalsIgnoreCase("false") ? "off" : text);
        for (Object constant : type.getEnumConstants()) {
            if (Knobs.uniform(((Enum<?>) constant).name()).equals(word)) {
                return constant;
            }
        }
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Texts::plain).toList();
        throw new IllegalArgumentException("is none of " + names
                + NearestName.of(text, names)
                        .map(near -> " (did you mean '" + near + "'?)")
                        .orElse(""));
    }

    private static Object parsed(String text, Class<?> type) {
        try {
            Method parse = type.getMethod("parse", String.class);
            if (!Modifier.isStatic(parse.getModifiers())) {
                throw new IllegalStateException(type + " needs a public static parse(String)");
            }
            parse.setAccessible(true);
            return parse.invoke(null, text);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException reason) {
                throw reason;
            }
            throw new IllegalStateException(type + ".parse failed on '" + text + "'", refused.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(type + " needs a public static parse(String)", missing);
        }
    }

    /** A converted value in the words of YAML: a list with commas, a constant in kebab case, a duration with its units. */
    static String plain(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Texts::plain).collect(Collectors.joining(", "));
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString(number.longValue());
        }
        return Durations.plain(value);
    }
}
