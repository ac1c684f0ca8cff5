package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/**
 * Finds the guarded methods of a class and what guards them, whatever the kinds are.
 *
 * <p>Of each kind the nearest place wins: the method, the class, the interface's method, the interface. Thread-safe; each
 * class is read once.
 */
final class AnnotationReader {

    private final Map<Class<?>, Annotated> read = new ConcurrentHashMap<>();

    /** The guarded methods of a bean's class, which may be that of a proxy. */
    List<DeclaredMethod> read(Class<?> beanClass) {
        return annotated(beanClass).methods();
    }

    /** Whether somebody wanted a method of this class to be guarded, be it possible or not. */
    boolean concerns(Class<?> beanClass) {
        Annotated annotated = annotated(beanClass);
        return annotated.inert() || !annotated.methods().isEmpty();
    }

    /** Whether a guard is meant for a method of this class: by an annotation on it, or on the class if it is public. */
    Predicate<Method> meant(Class<?> beanClass) {
        Reading reading = new Reading(beanClass);
        return method -> !reading.nearest(method).isEmpty();
    }

    private Annotated annotated(Class<?> beanClass) {
        Annotated known = read.get(beanClass);
        if (known == null) {
            known = isForeign(beanClass) ? new Annotated(List.of(), false) : new Reading(beanClass).annotated();
            read.put(beanClass, known);
        }
        return known;
    }

    /** What a class says; inert are annotations on methods that nobody can stand in front of. */
    private record Annotated(List<DeclaredMethod> methods, boolean inert) {}

    /** Our own annotations aren't on classes of the framework, and there are many of those. */
    static boolean isForeign(Class<?> type) {
        String name = ClassUtils.getUserClass(type).getName();
        return !Proxy.isProxyClass(type) && (name.startsWith("java.") || name.startsWith("org.springframework."));
    }

    /** The reading of one class. */
    private static final class Reading {
        private final Class<?> beanClass;
        private final List<Class<?>> interfaces;
        private final GuardAnnotations onTypes;
        private boolean inert;

        private Reading(Class<?> beanClass) {
            this.beanClass = beanClass;
            this.interfaces = Arrays.stream(ClassUtils.getAllInterfacesForClass(beanClass))
                    .filter(type -> !isForeign(type))
                    .<Class<?>>map(type -> type)
                    .toList();
            this.onTypes = isProxy()
                    ? GuardAnnotations.onAll(interfaces)
                    : GuardAnnotations.on(ClassUtils.getUserClass(beanClass));
        }

        private Annotated annotated() {
            List<DeclaredMethod> methods = MethodIntrospector.selectMethods(
                            beanClass, (MethodIntrospector.MetadataLookup<DeclaredMethod>) this::declared)
                    .values()
                    .stream()
                    .sorted(Comparator.comparing(DeclaredMethod::operation))
                    .toList();
            return new Annotated(methods, inert);
        }

        private @Nullable DeclaredMethod declared(Method method) {
            if (!Methods.isGuardable(method)) {
                inert |= !method.isSynthetic() && !GuardAnnotations.on(method).isEmpty();
                return null;
            }
            Map<String, List<MergedAnnotation<?>>> nearest = nearest(method);
            if (nearest.isEmpty()) {
                return null;
            }
            List<MergedAnnotation<?>> pipelines = nearest.remove(GuardAnnotations.PIPELINE);
            Class<?> owner = owner(method);
            return new DeclaredMethod(
                    method,
                    owner,
                    Operations.name(owner, method),
                    declarations(nearest),
                    pipelines == null ? null : pipeline(pipelines.get(0)));
        }

        private Map<String, List<MergedAnnotation<?>>> nearest(Method method) {
            Map<String, List<MergedAnnotation<?>>> nearest = new LinkedHashMap<>();
            GuardAnnotations onMethod = GuardAnnotations.on(method);
            GuardAnnotations onType = isMeantByTypes(method) ? onTypes.reaching(method) : GuardAnnotations.NONE;
            onMethod.ofClasses().forEach(nearest::putIfAbsent);
            onType.ofClasses().forEach(nearest::putIfAbsent);
            onMethod.ofInterfaces().forEach(nearest::putIfAbsent);
            onType.ofInterfaces().forEach(nearest::putIfAbsent);
            return nearest;
        }

        private static boolean isMeantByTypes(Method method) {
            return Modifier.isPublic(method.getModifiers()) && Methods.isGuardable(method) && !Callbacks.isOne(method);
        }

        private static List<Declaration> declarations(Map<String, List<MergedAnnotation<?>>> byKind) {
            return byKind.entrySet().stream()
                    .flatMap(entry -> entry.getValue().stream()
                            .map(annotation -> new Declaration(
                                    entry.getKey(),
                                    Attributes.name(annotation),
                                    Attributes.value(annotation),
                                    Attributes.of(annotation),
                                    origin(annotation))))
                    .toList();
        }

        private static DeclaredPipeline pipeline(MergedAnnotation<?> annotation) {
            return new DeclaredPipeline(
                    Attributes.name(annotation), List.of(annotation.getStringArray("order")), origin(annotation));
        }

        private static String origin(MergedAnnotation<?> annotation) {
            return "annotation " + GuardAnnotations.place(annotation);
        }

        /** The user's class; of a proxy without one, the interface it was made for. */
        private Class<?> owner(Method method) {
            Collection<Class<?>> candidates = isProxy() ? interfaces : List.of(ClassUtils.getUserClass(beanClass));
            return candidates.stream()
                    .filter(type -> Methods.has(type, method))
                    .findFirst()
                    .orElse(isProxy() ? method.getDeclaringClass() : ClassUtils.getUserClass(beanClass));
        }

        private boolean isProxy() {
            return Proxy.isProxyClass(beanClass);
        }
    }
}
