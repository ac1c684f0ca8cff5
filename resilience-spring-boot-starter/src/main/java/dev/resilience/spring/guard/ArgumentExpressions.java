package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import dev.resilience.Priority;
import dev.resilience.configuration.NearestName;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Compiles {@code #…}: an argument becomes an index, an argument's property a chain of accessors, the rest SpEL.
 *
 * <p>A property is looked up in the declared type, so that a mistyped one fails the start and not the calls. A null on
 * the way makes the whole null.
 */
final class ArgumentExpressions {

    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
    private static final Pattern CHAIN =
            Pattern.compile("#([\\p{L}_$][\\p{L}\\p{N}_$]*)((?:\\??\\.[\\p{L}_$][\\p{L}\\p{N}_$]*(?:\\(\\))?)*)");

    private ArgumentExpressions() {}

    static Expression compile(Site site) {
        Matcher chain = CHAIN.matcher(site.text());
        if (!chain.matches()) {
            return ReadOnlySpel.compile(site, names(site.method()));
        }
        int index = index(site, chain.group(1));
        List<String> steps = steps(chain.group(2));
        Expression compiled = chain(site, index, steps);
        return compiled == null ? ReadOnlySpel.compile(site, names(site.method())) : compiled;
    }

    /** The names of the parameters; empty if the class was compiled without them. */
    static List<String> names(Method method) {
        String[] names = NAMES.getParameterNames(method);
        return names == null ? List.of() : List.of(names);
    }

    /** The argument of this name. @throws dev.resilience.ResilienceConfigurationException if there is none */
    static int index(Site site, String name) {
        List<String> names = names(site.method());
        int index = names.indexOf(name);
        if (index >= 0) {
            return index;
        }
        if (names.isEmpty() && site.method().getParameterCount() > 0) {
            throw site.wrong("needs the names of the parameters", "Compile the class with -parameters");
        }
        throw site.wrong(
                "'" + site.method().getName() + "' has no parameter '" + name + "'",
                NearestName.question(name, names, "#")
                        + (names.isEmpty() ? "It has none at all" : "Its parameters are " + String.join(", ", names)));
    }

    private static List<String> steps(String dotted) {
        List<String> steps = new ArrayList<>(List.of(dotted.split("\\??\\.")));
        steps.remove("");
        return steps;
    }

    /** Null if the declared types don't say enough. */
    private static @Nullable Expression chain(Site site, int index, List<String> steps) {
        ResolvableType type = ResolvableType.forMethodParameter(site.method(), index);
        List<MethodHandle> accessors = new ArrayList<>();
        for (String step : steps) {
            Class<?> declared = type.resolve(Object.class);
            if (declared == Object.class || declared.isArray()) {
                return null;
            }
            Accessor accessor = Accessor.find(declared, step);
            if (accessor == null) {
                throw missing(site, declared, step);
            }
            accessors.add(accessor.handle());
            type = ResolvableType.forType(accessor.type(), type);
        }
        requireFitting(site, type.resolve(Object.class));
        return expression(index, accessors.toArray(MethodHandle[]::new));
    }

    private static RuntimeException missing(Site site, Class<?> declared, String step) {
        boolean method = step.endsWith("()");
        return site.wrong(
                declared.getSimpleName() + " has no public " + (method ? "method '" : "property '") + step + "'",
                NearestName.question(step, method ? Accessor.methods(declared) : Accessor.names(declared))
                        + "Name what " + declared.getSimpleName() + " declares, or write '@resolverBean'");
    }

    private static void requireFitting(Site site, Class<?> result) {
        Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(result);
        if (site.isPriority() && boxed.isEnum()) {
            requirePriorities(site, boxed);
        } else if (site.wantsNumber() && !mayBeNumber(site, boxed)) {
            throw site.wrong("is of type " + result.getSimpleName() + ", not a number", "Name a number");
        }
        if (result.isArray() || ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null) {
            throw site.wrong(
                    "is of type " + result.getSimpleName() + ", which equals nothing but itself",
                    "Name something that is equal for equal callers");
        }
    }

    private static boolean mayBeNumber(Site site, Class<?> type) {
        return type == Object.class
                || Number.class.isAssignableFrom(type)
                || site.isPriority() && CharSequence.class.isAssignableFrom(type);
    }

    private static void requirePriorities(Site site, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            try {
                Priority.of(constant);
            } catch (IllegalArgumentException unknown) {
                throw site.wrong(
                        "may be " + constant + ", which is no priority",
                        "Give a number, or name the constants LOW, NORMAL and HIGH");
            }
        }
    }

    private static Expression expression(int index, MethodHandle[] accessors) {
        if (accessors.length == 0) {
            return (arguments, context) -> arguments[index];
        }
        return (arguments, context) -> {
            Object value = arguments[index];
            for (int step = 0; step < accessors.length && value != null; step++) {
                value = Accessor.read(accessors[step], value);
            }
            return value;
        };
    }
}
