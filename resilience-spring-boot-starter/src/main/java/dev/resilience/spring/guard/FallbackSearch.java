package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.NearestName;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Looks for the methods of one name that can stand in for a guarded method.
 *
 * <p>A fallback takes the arguments of the guarded method or none of them, and after them the failure or not. Methods of
 * the name with other parameters are taken for unrelated; one whose parameters fit and whose result or exceptions don't
 * is a mistake. The guarded method itself is never its own fallback.
 */
final class FallbackSearch {

    private final Site site;
    private final Guarded guarded;
    private final Class<?> owner;
    private final String name;
    private final boolean elsewhere;

    /**
     * @param owner the class to look in
     * @param elsewhere whether that is another bean's
     */
    FallbackSearch(Site site, Guarded guarded, Class<?> owner, String name, boolean elsewhere) {
        this.site = site;
        this.guarded = guarded;
        this.owner = owner;
        this.name = name;
        this.elsewhere = elsewhere;
    }

    /** @throws ResilienceConfigurationException if there is none, or one too many */
    List<FallbackOverload> overloads() {
        List<FallbackOverload> fitting = methods()
                .filter(method -> method.getName().equals(name))
                .map(this::overload)
                .filter(Objects::nonNull)
                .sorted(FallbackOverload.MOST_SPECIAL_FIRST)
                .toList();
        if (fitting.isEmpty()) {
            throw none();
        }
        requireDistinct(fitting);
        fitting.forEach(this::requireCallable);
        return fitting;
    }

    private Stream<Method> methods() {
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(owner))
                .filter(method -> !method.isSynthetic() && method.getDeclaringClass() != Object.class)
                .filter(method -> elsewhere || !isGuarded(method));
    }

    private boolean isGuarded(Method method) {
        return method.getName().equals(guarded.method().getName())
                && Arrays.equals(method.getParameterTypes(), guarded.method().getParameterTypes());
    }

    /** Null if the parameters don't fit. Where a last exception could be an argument or the failure, it's the argument. */
    private @Nullable FallbackOverload overload(Method method) {
        List<ResolvableType> parameters = visible(method).parameters();
        int count = parameters.size();
        if (count == 0 || takesArguments(parameters)) {
            return new FallbackOverload(method, count, null, elsewhere);
        }
        Class<?> last = parameters.get(count - 1).resolve(Object.class);
        List<ResolvableType> others = parameters.subList(0, count - 1);
        return Throwable.class.isAssignableFrom(last) && (others.isEmpty() || takesArguments(others))
                ? new FallbackOverload(method, count - 1, last, elsewhere)
                : null;
    }

    /** A suspend function stands in for what waits without a thread; to everything else its continuation is a parameter. */
    private Guarded visible(Method method) {
        boolean waits = guarded.shape() == CallShape.MONO || guarded.shape() == CallShape.FLUX;
        return Guarded.of(method, owner, CallShape.BLOCKING, waits && Guarded.isSuspend(method));
    }

    private boolean takesArguments(List<ResolvableType> parameters) {
        return parameters.size() == guarded.parameters().size()
                && IntStream.range(0, parameters.size())
                        .allMatch(at -> Guarded.assignable(
                                parameters.get(at), guarded.parameters().get(at)));
    }

    private void requireDistinct(List<FallbackOverload> fitting) {
        for (int at = 1; at < fitting.size(); at++) {
            FallbackOverload left = fitting.get(at - 1);
            FallbackOverload right = fitting.get(at);
            if (left.exception == right.exception) {
                throw site.wrong(
                        "could mean " + left + " as well as " + right,
                        "Rename one of them, or let them differ in the exception");
            }
        }
    }

    private void requireCallable(FallbackOverload overload) {
        Method method = overload.method;
        if (elsewhere && Modifier.isPrivate(method.getModifiers())) {
            throw site.wrong(overload + " is private", "Make it visible: another bean is called through its proxy");
        }
        ResolvableType result = visible(method).result();
        if (!guarded.accepts(result)) {
            throw site.wrong(
                    overload + " returns " + JavaSyntax.type(result) + " instead of "
                            + JavaSyntax.type(guarded.result()),
                    expected());
        }
        if (overload.exception != null && !mayBeGiven(overload.exception)) {
            throw site.wrong(
                    overload + " is for " + overload.exception.getSimpleName() + ", which no fallback is given",
                    "Take an exception, or any Throwable: Errors and interrupts pass through");
        }
        for (Class<?> thrown : method.getExceptionTypes()) {
            requireDeclared(overload, thrown);
        }
        try {
            overload.open(owner.isInterface());
        } catch (IllegalAccessException | InaccessibleObjectException shut) {
            throw site.wrong(overload + " can't be accessed: " + shut.getMessage(), "Open its package to this library");
        }
    }

    private static boolean mayBeGiven(Class<?> exception) {
        return !Error.class.isAssignableFrom(exception) && !InterruptedException.class.isAssignableFrom(exception);
    }

    private void requireDeclared(FallbackOverload overload, Class<?> thrown) {
        boolean unchecked = RuntimeException.class.isAssignableFrom(thrown) || Error.class.isAssignableFrom(thrown);
        boolean declared = Arrays.stream(guarded.method().getExceptionTypes())
                .anyMatch(allowed -> allowed.isAssignableFrom(thrown));
        if (!unchecked && !declared) {
            throw site.wrong(
                    overload + " throws " + thrown.getSimpleName() + ", which " + JavaSyntax.reference(guarded.method())
                            + " does not declare",
                    "Catch it in the fallback, or declare it on the guarded method");
        }
    }

    private ResilienceConfigurationException none() {
        List<Method> namesakes =
                methods().filter(method -> method.getName().equals(name)).toList();
        if (!namesakes.isEmpty()) {
            String found = String.join(
                    ", ", namesakes.stream().map(JavaSyntax::reference).toList());
            return site.wrong("has parameters that don't fit: " + found, expected());
        }
        if (!elsewhere && guarded.method().getName().equals(name)) {
            return site.wrong(
                    "is the guarded method itself",
                    "Make it private if the annotation is that of its class, which guards all public methods. Otherwise: "
                            + expected());
        }
        List<String> known = methods()
                .filter(method -> overload(method) != null)
                .map(Method::getName)
                .distinct()
                .toList();
        return site.wrong(
                "names no method of " + owner.getSimpleName(),
                NearestName.question(name, known, prefix()) + expected());
    }

    private String prefix() {
        return elsewhere ? site.text().substring(0, site.text().length() - name.length()) : "";
    }

    private String expected() {
        ResolvableType failure = ResolvableType.forClass(Throwable.class);
        List<ResolvableType> types = new ArrayList<>(guarded.parameters());
        List<String> names = new ArrayList<>(guarded.names());
        String same = JavaSyntax.signature(guarded.result(), name, types, names);
        types.add(failure);
        names.add("failure");
        return "Declare '" + same + "', or with the failure last '"
                + JavaSyntax.signature(guarded.result(), name, types, names)
                + "'; all other parameters may be left out";
    }
}
