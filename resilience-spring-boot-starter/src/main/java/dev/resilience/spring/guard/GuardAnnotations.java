package dev.resilience.spring.guard;

import dev.resilience.spring.annotation.Guard;
import dev.resilience.spring.annotation.Resilient;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * The annotations that guard, as they are found on one method or one type and what it overrides or extends.
 *
 * <p>They come in two places: on classes and their methods, and on interfaces and theirs. Within a place the nearest of
 * each kind counts; only a repeatable annotation may be there twice.
 *
 * @param ofClasses by group (the id of the kind, or the pipeline)
 * @param ofInterfaces likewise
 */
record GuardAnnotations(
        Map<String, List<MergedAnnotation<?>>> ofClasses, Map<String, List<MergedAnnotation<?>>> ofInterfaces) {

    /** The group of {@link Resilient}, which is of no kind. */
    static final String PIPELINE = "";

    /** Nothing. */
    static final GuardAnnotations NONE = new GuardAnnotations(Map.of(), Map.of());

    /** Whether there is none. */
    boolean isEmpty() {
        return ofClasses.isEmpty() && ofInterfaces.isEmpty();
    }

    /** What is on this method or type, and further up. */
    static GuardAnnotations on(AnnotatedElement element) {
        return of(found(element));
    }

    /** What is on these types, and further up. */
    static GuardAnnotations onAll(List<Class<?>> types) {
        List<MergedAnnotation<?>> found = new ArrayList<>();
        types.forEach(type -> found.addAll(found(type)));
        return of(found);
    }

    /** Only what is on a type that declares or inherits such a method. */
    GuardAnnotations reaching(Method method) {
        Map<String, List<MergedAnnotation<?>>> reaching = new LinkedHashMap<>();
        ofInterfaces.forEach((group, annotations) -> {
            List<MergedAnnotation<?>> some = annotations.stream()
                    .filter(annotation -> Methods.has(type(annotation), method))
                    .toList();
            if (!some.isEmpty()) {
                reaching.put(group, some);
            }
        });
        return new GuardAnnotations(ofClasses, reaching);
    }

    /** The class, interface, or method an annotation is on, as origins show it. */
    static String place(MergedAnnotation<?> annotation) {
        String type = type(annotation).getSimpleName();
        return annotation.getSource() instanceof Method method ? type + "#" + method.getName() : type;
    }

    private static List<MergedAnnotation<?>> found(AnnotatedElement element) {
        Stream<MergedAnnotation<Annotation>> all =
                MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream();
        return all.filter(annotation -> group(annotation) != null)
                .<MergedAnnotation<?>>map(annotation -> annotation)
                .toList();
    }

    private static GuardAnnotations of(List<MergedAnnotation<?>> found) {
        Map<Boolean, List<MergedAnnotation<?>>> byPlace = found.stream()
                .collect(
                        Collectors.partitioningBy(annotation -> type(annotation).isInterface()));
        return new GuardAnnotations(nearest(byPlace.get(false)), nearest(byPlace.get(true)));
    }

    private static Map<String, List<MergedAnnotation<?>>> nearest(List<MergedAnnotation<?>> found) {
        Map<String, List<MergedAnnotation<?>>> groups = new LinkedHashMap<>();
        found.forEach(annotation -> groups.computeIfAbsent(group(annotation), any -> new ArrayList<>())
                .add(annotation));
        groups.replaceAll((group, annotations) -> nearestOf(annotations));
        return groups;
    }

    private static List<MergedAnnotation<?>> nearestOf(List<MergedAnnotation<?>> annotations) {
        int aggregate = annotations.stream()
                .mapToInt(MergedAnnotation::getAggregateIndex)
                .min()
                .orElseThrow();
        List<MergedAnnotation<?>> together = annotations.stream()
                .filter(annotation -> annotation.getAggregateIndex() == aggregate)
                .sorted(Comparator.comparingInt(MergedAnnotation::getDistance))
                .toList();
        boolean repeatable = together.get(0).getType().isAnnotationPresent(Repeatable.class);
        return repeatable ? together : together.subList(0, 1);
    }

    private static @Nullable String group(MergedAnnotation<?> annotation) {
        if (annotation.getType() == Resilient.class) {
            return PIPELINE;
        }
        Guard guard = annotation.getType().getAnnotation(Guard.class);
        return guard == null ? null : guard.kind();
    }

    private static Class<?> type(MergedAnnotation<?> annotation) {
        Object source = annotation.getSource();
        if (source instanceof Method method) {
            return method.getDeclaringClass();
        }
        if (source instanceof Class<?> type) {
            return type;
        }
        throw new IllegalStateException(annotation + " is on neither a method nor a type");
    }
}
