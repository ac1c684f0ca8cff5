package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import dev.resilience.spring.caller.CallerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The name of who is logged in, else the address of who isn't: so nobody shares a limit with strangers, and none of them
 * uses up what others need for logging in. Who asks for a key may write either.
 *
 * @param name the name, or a Mono of it, empty for who isn't logged in
 */
record CallerExpression(Expression name, Requests source) implements Expression {

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        Object known = name.evaluate(arguments, context);
        if (DeferredExpression.isPromise(known)) {
            return Later.orAddress(known, this, context);
        }
        return known == null ? address(context) : known;
    }

    /** The address comes first: a user can't hide one by its name. What is none, perhaps a secret, is not made one. */
    @Override
    public List<Object> meantBy(String text) {
        return CallerAddress.isMeantBy(text)
                ? List.of(AnonymousCaller.of(CallerAddress.of(text)), text)
                : List.of(text);
    }

    private @Nullable Object address(@Nullable Object context) {
        String address = source.address(context);
        return address == null ? null : AnonymousCaller.of(address);
    }

    /** Apart, so that an application without Reactor never loads it. */
    private static final class Later {

        static Object orAddress(Object promise, CallerExpression caller, @Nullable Object context) {
            return Awaited.mono(promise)
                    .cast(Object.class)
                    .switchIfEmpty(Mono.defer(() -> Mono.justOrEmpty(caller.address(context))));
        }
    }
}
