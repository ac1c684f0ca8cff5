package dev.resilience;

import dev.resilience.Placement.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several expressions as one: their values in order, or null if one of them has none. Immutable and thread-safe. */
public record CombinedExpression(List<Expression> parts) implements Expression {

    public CombinedExpression {
        parts = List.copyOf(parts);
    }

    /** The values of the parts; a class of its own, because the value of a single expression may be a list as well. */
    public record Values(List<Object> all) {}

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        List<Object> values = new ArrayList<>(parts.size());
        for (Expression part : parts) {
            Object value = part.evaluate(arguments, context);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new Values(values);
    }
}
