package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression about the request that is handed over as the only argument, before anybody has bound it to the thread. */
record RequestAtHand(Expression expression) implements Expression {

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        return expression.evaluate(arguments, arguments[0]);
    }

    @Override
    public List<Object> meantBy(String text) {
        return expression.meantBy(text);
    }
}
