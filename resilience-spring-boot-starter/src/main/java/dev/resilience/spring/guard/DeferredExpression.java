package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import reactor.util.context.ContextView;

/**
 * An expression whose value may be there only later: a principal that is still being loaded, a resolver that asks a
 * database. Policies can't wait for it, so {@link DeferredKeys} asks once per subscription, before the first policy is
 * asked anything, and leaves the value in the context; policies then find it there as often as the call comes by.
 *
 * <p>Methods that don't return a publisher have nowhere to wait, so there a value that is to come is an error.
 */
final class DeferredExpression implements Expression {

    private static final boolean REACTIVE =
            ClassUtils.isPresent("reactor.core.publisher.Mono", DeferredExpression.class.getClassLoader());

    /** Whether values of a class are promises of values. */
    private static final ClassValue<Boolean> PROMISES = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return CompletionStage.class.isAssignableFrom(type)
                    || REACTIVE && ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
        }
    };

    private final String what;
    private final Expression source;

    /**
     * @param what the expression in words
     * @param source gives the value, or a Mono or {@code CompletionStage} of it
     */
    DeferredExpression(String what, Expression source) {
        this.what = what;
        this.source = source;
    }

    /** The value, or the promise of it. */
    @Nullable Object ask(Object[] arguments, @Nullable Object context) {
        Object answer = source.evaluate(arguments, context);
        return answer == null ? null : comparable(answer);
    }

    /** @throws IllegalStateException if this equals nothing but itself: every call would be somebody else's */
    Object comparable(Object answer) {
        if (answer.getClass().isArray()) {
            throw new IllegalStateException(
                    what + " is an array, which equals nothing but itself; give a list or a text");
        }
        return answer;
    }

    static boolean isPromise(@Nullable Object answer) {
        return answer != null && PROMISES.get(answer.getClass());
    }

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        if (REACTIVE && context != null && Subscribed.knows(context, this)) {
            return Subscribed.value(context, this);
        }
        Object answer = ask(arguments, context);
        return isPromise(answer) ? atOnce(answer, context) : answer;
    }

    @Override
    public List<Object> meantBy(String text) {
        return source.meantBy(text);
    }

    @Override
    public String toString() {
        return what;
    }

    private @Nullable Object atOnce(Object promise, @Nullable Object context) {
        if (REACTIVE && context != null && Subscribed.is(context)) {
            return Subscribed.atOnce(promise, context, what);
        }
        throw new IllegalStateException(what + " is a " + promise.getClass().getSimpleName()
                + ", which is no key: only a method that returns a publisher can wait for it; return the value itself");
    }

    /** Apart, so that an application without Reactor never loads it. */
    private static final class Subscribed {

        static boolean is(Object context) {
            return context instanceof ContextView;
        }

        static boolean knows(Object context, DeferredExpression expression) {
            return context instanceof ContextView view && view.hasKey(expression);
        }

        static @Nullable Object value(Object context, DeferredExpression expression) {
            return DeferredKeys.value(((ContextView) context).get(expression));
        }

        static @Nullable Object atOnce(Object promise, Object context, String what) {
            return Awaited.atOnce(promise, (ContextView) context, what);
        }
    }
}
