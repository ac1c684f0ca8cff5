package dev.resilience.cache;

import dev.resilience.CallShape;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.BaseStream;

/**
 * Finds at start-up the methods whose results can't be cached: streams and whatever else is read once, methods that give
 * nothing, and parameters that can't be told apart. Interfaces and abstract types are given the benefit of the doubt until an argument is there.
 */
final class Misplacements {

    /** What the first caller reads up, so that everybody else would be given what is empty or fails. */
    private static final List<Class<?>> READ_ONCE =
            List.of(BaseStream.class, Iterator.class, Enumeration.class, InputStream.class, Reader.class);

    private Misplacements() {}

    static List<Problem> of(Site site, boolean keyed) {
        List<Problem> problems = new ArrayList<>();
        if (site.shape() == CallShape.FLUX) {
            problems.add(problem("", site, "a stream of many values is not cached", "Give a Mono of a list instead"));
        }
        if (isVoid(site.returnType())) {
            problems.add(problem("", site, "the method gives nothing that could be cached", "Remove the cache"));
        }
        if (isReadOnce(site.returnType())) {
            String type = site.returnType().getSimpleName();
            problems.add(problem(
                    "",
                    site,
                    "a result of type " + type + " can be read once only",
                    "Give a list or an array instead"));
        }
        for (Parameter parameter : keyed ? List.<Parameter>of() : site.parameters()) {
            if (isHopeless(parameter.getParameterizedType(), new HashSet<>())) {
                problems.add(unkeyable(parameter, site));
            }
        }
        return problems;
    }

    /** In Kotlin a suspend function that gives nothing gives its {@code Unit}. */
    private static boolean isVoid(Class<?> type) {
        return type == void.class || type == Void.class || type.getName().equals("kotlin.Unit");
    }

    private static boolean isReadOnce(Class<?> type) {
        return READ_ONCE.stream().anyMatch(once -> once.isAssignableFrom(type));
    }

    private static Problem unkeyable(Parameter parameter, Site site) {
        return problem(
                "key",
                site,
                "the parameter '" + parameter.getName() + "' ("
                        + parameter.getParameterizedType().getTypeName()
                        + ") can't be told from another: it has no equals and hashCode of its own",
                "Give the cache a key, such as key = \"#" + parameter.getName() + ".id\", or make the type a record");
    }

    private static Problem problem(String property, Site site, String reason, String remedy) {
        return new Problem(property, null, site.operation(), reason, remedy);
    }

    private static boolean isHopeless(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return false;
        }
        if (type instanceof GenericArrayType array) {
            return isHopeless(array.getGenericComponentType(), seen);
        }
        if (type instanceof ParameterizedType generic) {
            return isHopeless(generic.getRawType(), seen) || anyArgumentIsHopeless(generic, seen);
        }
        return type instanceof Class<?> raw && isHopeless(raw, seen);
    }

    private static boolean anyArgumentIsHopeless(ParameterizedType generic, Set<Type> seen) {
        boolean encoded = generic.getRawType() instanceof Class<?> raw
                && Shape.declared(raw).isContainer();
        for (Type argument : encoded ? generic.getActualTypeArguments() : new Type[0]) {
            if (isHopeless(argument, seen)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHopeless(Class<?> type, Set<Type> seen) {
        return switch (Shape.declared(type)) {
            case ARRAY -> isHopeless(type.getComponentType(), seen);
            case RECORD -> anyComponentIsHopeless(type, seen);
            case UNKNOWN -> !type.isPrimitive() && !isOpen(type);
            default -> false;
        };
    }

    private static boolean anyComponentIsHopeless(Class<?> type, Set<Type> seen) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (isHopeless(component.getGenericType(), seen)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what arrives will surely be of another, more telling class. */
    private static boolean isOpen(Class<?> type) {
        return type == Object.class || Modifier.isAbstract(type.getModifiers());
    }
}
