package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Target;
import java.lang.reflect.Array;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;

/**
 * A text that stands for the value of a guarded method.
 *
 * <p>{@code null} and {@code []} mean nothing and nothing in it, whatever the type; everything else is converted as a
 * property of that type would be. What could be changed by a caller is converted anew for every call.
 */
final class FallbackValue {

    private static final TypeDescriptor TEXT = TypeDescriptor.valueOf(String.class);

    private final Site site;
    private final Guarded guarded;
    private final Class<?> type;
    private final ConversionService conversions;

    FallbackValue(Site site, Guarded guarded, ConversionService conversions) {
        this.site = site;
        this.guarded = guarded;
        this.type = guarded.element().resolve(Object.class);
        this.conversions = conversions;
    }

    /** @throws dev.resilience.ResilienceConfigurationException if the text doesn't convert */
    Target target() {
        Object value = value();
        return value == null || isConstant(value)
                ? (arguments, failure) -> shaped(value)
                : (arguments, failure) -> shaped(value());
    }

    private static boolean isConstant(Object value) {
        Class<?> type = value instanceof Optional<?> optional && optional.isPresent()
                ? optional.get().getClass()
                : value.getClass();
        return type == Optional.class || BeanUtils.isSimpleValueType(type) && !Date.class.isAssignableFrom(type);
    }

    private @Nullable Object value() {
        return switch (site.text()) {
            case "null" -> nothing();
            case "[]", "{}" -> empty();
            default ->
                type == Optional.class
                        ? Optional.ofNullable(converted(guarded.element().getGeneric(0)))
                        : converted(guarded.element());
        };
    }

    private @Nullable Object nothing() {
        if (type.isPrimitive() && type != void.class) {
            throw wrong("is no value of type " + type.getSimpleName());
        }
        return type == Optional.class ? Optional.empty() : null;
    }

    private @Nullable Object empty() {
        if (guarded.shape() == CallShape.FLUX) {
            return null;
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        for (Object candidate : List.of(List.of(), Set.of(), Map.of(), Optional.empty())) {
            if (type.isInstance(candidate) && type != Object.class) {
                return candidate;
            }
        }
        throw wrong("is no value of type " + JavaSyntax.type(guarded.element()));
    }

    private @Nullable Object converted(ResolvableType wanted) {
        if (type == void.class) {
            throw site.wrong("stands for the value of a method that has none", "Write 'null'");
        }
        try {
            TypeDescriptor target = new TypeDescriptor(wanted, null, null);
            if (conversions.canConvert(TEXT, target)) {
                return conversions.convert(site.text(), TEXT, target);
            }
        } catch (ConversionException refused) {
            throw wrong("is no value of type " + JavaSyntax.type(guarded.element()));
        }
        throw wrong("can't be converted to " + JavaSyntax.type(guarded.element()));
    }

    private RuntimeException wrong(String reason) {
        return site.wrong(
                reason, "Write a fallback method instead, such as '" + fallbackMethod() + "', or another value");
    }

    private String fallbackMethod() {
        return JavaSyntax.signature(
                guarded.result(), guarded.method().getName() + "Fallback", guarded.parameters(), guarded.names());
    }

    private @Nullable Object shaped(@Nullable Object value) {
        return guarded.shape() == CallShape.STAGE ? CompletableFuture.completedFuture(value) : value;
    }
}
