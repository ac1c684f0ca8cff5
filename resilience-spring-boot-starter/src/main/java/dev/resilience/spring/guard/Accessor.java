package dev.resilience.spring.guard;

import java.beans.PropertyDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

/**
 * A public way to read one property of a type: a getter, a record's component, or a method without parameters.
 *
 * @param handle takes the object and gives the property, both as {@code Object}
 * @param type the declared type of the property
 */
record Accessor(MethodHandle handle, Type type) {

    private static final MethodType SHAPE = MethodType.methodType(Object.class, Object.class);

    /** Null if the type has no such property; what every {@code Object} has is no property. */
    static @Nullable Accessor find(Class<?> type, String step) {
        Method method = step.endsWith("()") ? method(type, step.substring(0, step.length() - 2)) : getter(type, step);
        if (method == null
                || method.getDeclaringClass() == Object.class
                || method.getReturnType() == void.class
                || Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        try {
            method.setAccessible(true);
            return new Accessor(MethodHandles.lookup().unreflect(method).asType(SHAPE), method.getGenericReturnType());
        } catch (IllegalAccessException | InaccessibleObjectException sealedOff) {
            return null;
        }
    }

    /** What can be read from the type, for suggestions. */
    static List<String> names(Class<?> type) {
        Stream<String> properties = Arrays.stream(BeanUtils.getPropertyDescriptors(type))
                .map(PropertyDescriptor::getName)
                .filter(name -> !name.equals("class"));
        Stream<String> components =
                type.isRecord() ? Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName) : Stream.of();
        return Stream.concat(properties, components).distinct().toList();
    }

    /** The methods that can be read as properties, for suggestions. */
    static List<String> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class)
                .filter(method -> method.getReturnType() != void.class && !Modifier.isStatic(method.getModifiers()))
                .map(method -> method.getName() + "()")
                .distinct()
                .toList();
    }

    /** What the accessor gives; whatever it throws fails the call. */
    static @Nullable Object read(MethodHandle handle, Object value) {
        try {
            return handle.invokeExact(value);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new IllegalStateException("A property of an argument could not be read", checked);
        }
    }

    private static @Nullable Method method(Class<?> type, String name) {
        Method method = ClassUtils.getMethodIfAvailable(type, name);
        return method == null ? null : ClassUtils.getPubliclyAccessibleMethodIfPossible(method, type);
    }

    private static @Nullable Method getter(Class<?> type, String name) {
        PropertyDescriptor property = BeanUtils.getPropertyDescriptor(type, name);
        if (property != null && property.getReadMethod() != null) {
            return ClassUtils.getPubliclyAccessibleMethodIfPossible(property.getReadMethod(), type);
        }
        if (!type.isRecord()) {
            return null;
        }
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .map(RecordComponent::getAccessor)
                .findFirst()
                .orElse(null);
    }
}
