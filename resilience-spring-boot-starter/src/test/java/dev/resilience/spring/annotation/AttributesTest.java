package dev.resilience.spring.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.Knobs;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AttributesTest {

    private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(
            RateLimited.class,
            Retryable.class,
            Cached.class,
            CircuitBreaker.class,
            Bulkhead.class,
            Timeout.class,
            Fallback.class,
            Recovery.class,
            CacheInvalidate.class);

    /** What a method is or wants for good; no environment changes it. */
    private static final Set<String> FLAGS = Set.of("idempotent", "all", "before");

    @TestFactory
    Stream<DynamicTest> anAnnotationHasAnAttributeForEveryPropertyOfItsKindAndForNothingElse() {
        return ANNOTATIONS.stream()
                .map(annotation ->
                        DynamicTest.dynamicTest(annotation.getSimpleName(), () -> assertThat(attributes(annotation))
                                .isEqualTo(properties(kind(annotation)))));
    }

    @Test
    void everyKindHasAnAnnotation() {
        assertThat(ANNOTATIONS)
                .extracting(annotation -> annotation.getAnnotation(Guard.class).kind())
                .containsExactlyInAnyOrderElementsOf(PolicyRegistry.kindsOnClassPath().stream()
                        .map(PolicyKind::id)
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> everyAttributeIsTextBecauseItMayHoldAPlaceholder() {
        return ANNOTATIONS.stream()
                .map(annotation -> DynamicTest.dynamicTest(annotation.getSimpleName(), () -> {
                    assertThat(annotation.getDeclaredMethods())
                            .filteredOn(attribute -> !FLAGS.contains(attribute.getName()))
                            .extracting(Method::getReturnType)
                            .isSubsetOf(String.class, String[].class);
                }));
    }

    private static Set<String> attributes(Class<? extends Annotation> annotation) {
        Set<String> attributes = new TreeSet<>();
        Arrays.stream(annotation.getDeclaredMethods()).map(Method::getName).forEach(attributes::add);
        return attributes;
    }

    private static Set<String> properties(PolicyKind<?, ?> kind) {
        Set<String> properties = new TreeSet<>(Set.of("name", "value"));
        Knobs.of(kind.configurationType()).forEach(knob -> properties.add(attribute(knob.name())));
        Knobs.of(CommonKnobs.class).forEach(knob -> properties.add(attribute(knob.name())));
        kind.placementAttributes().stream()
                .map(PlacementAttribute::name)
                .map(AttributesTest::attribute)
                .forEach(properties::add);
        return properties;
    }

    private static String attribute(String property) {
        if (property.equals("value")) {
            return "returning";
        }
        StringBuilder camel = new StringBuilder();
        for (String word : property.split("-")) {
            camel.append(camel.isEmpty() ? word : word.substring(0, 1).toUpperCase() + word.substring(1));
        }
        return camel.toString();
    }

    private static PolicyKind<?, ?> kind(Class<? extends Annotation> annotation) {
        String id = annotation.getAnnotation(Guard.class).kind();
        return PolicyRegistry.kindsOnClassPath().stream()
                .filter(kind -> kind.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
