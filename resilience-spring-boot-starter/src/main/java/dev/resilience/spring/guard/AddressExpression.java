package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import dev.resilience.spring.caller.CallerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the caller's address. Who asks for a key may write the whole address, of which the key is a prefix. */
record AddressExpression(Requests source) implements Expression {

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        return source.address(context);
    }

    @Override
    public List<Object> meantBy(String text) {
        return List.of(CallerAddress.of(text));
    }
}
