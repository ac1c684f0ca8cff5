package dev.resilience.spring.guard;

import dev.resilience.configuration.NearestName;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.ClassUtils;

/**
 * What an expression reads from one of its variables, step by step: {@code status}, or {@code body()}.
 *
 * <p>An object may be of a class that has more than its declared type, so what can be told before there is one? Only of types
 * that nobody can extend, and there whatever resembles the name gets the benefit of the doubt: it is SpEL that reads.
 */
record PropertyChain(List<String> steps) {

    /** A step that certainly leads nowhere. @param near what is like it, or null */
    record Missing(Class<?> type, String step, @Nullable String near) {}

    /** All that this expression reads from the variable. */
    static List<PropertyChain> from(String variable, SpelNode node) {
        List<PropertyChain> chains = new ArrayList<>();
        if (node instanceof CompoundExpression
                && node.getChild(0) instanceof VariableReference first
                && first.toStringAST().equals("#" + variable)) {
            chains.add(new PropertyChain(steps(node)));
        }
        for (int at = 0; at < node.getChildCount(); at++) {
            chains.addAll(from(variable, node.getChild(at)));
        }
        return chains;
    }

    private static List<String> steps(SpelNode compound) {
        List<String> steps = new ArrayList<>();
        for (int at = 1; at < compound.getChildCount(); at++) {
            SpelNode step = compound.getChild(at);
            if (step instanceof PropertyOrFieldReference property) {
                steps.add(property.getName());
            } else if (step instanceof MethodReference method) {
                steps.add(method.getName() + "()");
            } else {
                break;
            }
        }
        return steps;
    }

    /** The first step that objects of this type can't have; empty where nobody knows. */
    Optional<Missing> missing(Class<?> declared) {
        ResolvableType type = ResolvableType.forClass(declared);
        for (String step : steps) {
            Class<?> known = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
            if (!tellsAll(known)) {
                return Optional.empty();
            }
            if (!mayHave(known, step)) {
                return Optional.of(new Missing(known, step, near(known, step)));
            }
            Accessor accessor = Accessor.find(known, step);
            if (accessor == null) {
                return Optional.empty();
            }
            type = ResolvableType.forType(accessor.type(), type);
        }
        return Optional.empty();
    }

    /** SpEL reads entries of maps, lengths of arrays, and what is in an {@code Optional}. */
    private static boolean tellsAll(Class<?> type) {
        return Modifier.isFinal(type.getModifiers())
                && !type.isArray()
                && type != Optional.class
                && !Map.class.isAssignableFrom(type);
    }

    private static boolean mayHave(Class<?> type, String step) {
        Stream<String> methods = Arrays.stream(type.getMethods()).map(Method::getName);
        if (step.endsWith("()")) {
            return methods.anyMatch(step.substring(0, step.length() - 2)::equals);
        }
        return Stream.concat(methods, Arrays.stream(type.getFields()).map(Field::getName))
                .anyMatch(name -> Stream.of("", "get", "is").anyMatch(verb -> name.equalsIgnoreCase(verb + step)));
    }

    private static @Nullable String near(Class<?> type, String step) {
        List<String> known = step.endsWith("()") ? Accessor.methods(type) : Accessor.names(type);
        return NearestName.of(step, known).orElse(null);
    }
}
