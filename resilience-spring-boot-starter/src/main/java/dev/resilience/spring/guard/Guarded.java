package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import java.lang.reflect.Method;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What a fallback has to look like to stand in for a guarded method. Generic types are resolved in the class of the bean.
 *
 * @param parameters the parameters a caller fills in, without the {@code Continuation} of a suspend function
 * @param result the declared result
 * @param element what arrives in the end: the result itself, or what the stage or publisher brings
 */
record Guarded(
        Method method,
        CallShape shape,
        List<ResolvableType> parameters,
        List<String> names,
        ResolvableType result,
        ResolvableType element) {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    static Guarded of(Method method, Class<?> beanClass, CallShape shape) {
        return of(method, beanClass, shape, isSuspend(method));
    }

    /** @param suspends whether the last parameter is a continuation, and the result what that is given */
    static Guarded of(Method method, Class<?> beanClass, CallShape shape, boolean suspends) {
        List<ResolvableType> parameters = new ArrayList<>(IntStream.range(0, method.getParameterCount())
                .mapToObj(at -> ResolvableType.forMethodParameter(method, at, beanClass))
                .toList());
        ResolvableType result = ResolvableType.forMethodReturnType(method, beanClass);
        if (suspends) {
            // fun quote(id: String): Quote compiles to Object quote(String, Continuation<? super Quote>)
            result = lowerBound(parameters.remove(parameters.size() - 1));
            return new Guarded(method, shape, parameters, names(method, parameters.size()), result, result);
        }
        return new Guarded(method, shape, parameters, names(method, parameters.size()), result, element(shape, result));
    }

    static boolean isSuspend(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length > 0 && types[types.length - 1].getName().equals(CONTINUATION);
    }

    private static ResolvableType lowerBound(ResolvableType continuation) {
        ResolvableType given = continuation.getGeneric(0);
        return given.getType() instanceof WildcardType wildcard && wildcard.getLowerBounds().length == 1
                ? ResolvableType.forType(wildcard.getLowerBounds()[0], continuation)
                : given;
    }

    /** Whether a method with this result may stand in: the element itself, or wrapped as the shape wants it. */
    boolean accepts(ResolvableType candidate) {
        return assignable(result, candidate)
                || shape != CallShape.BLOCKING
                        && (assignable(element, candidate)
                                || wraps(candidate) && assignable(element, inner(candidate)));
    }

    /** Whether a value of one type may be given where the other is wanted; what generics leave open is let pass. */
    static boolean assignable(ResolvableType wanted, ResolvableType given) {
        Class<?> rawWanted = wanted.resolve(Object.class);
        Class<?> rawGiven = given.resolve(Object.class);
        if (rawWanted == void.class || rawGiven == void.class) {
            return rawWanted == rawGiven;
        }
        if (!ClassUtils.isAssignable(rawWanted, rawGiven)) {
            return false;
        }
        return rawWanted.isPrimitive()
                || rawGiven.isPrimitive()
                || isOpen(wanted)
                || isOpen(given)
                || wanted.isAssignableFrom(given);
    }

    private static boolean isOpen(ResolvableType type) {
        return type.resolve() == null || type.hasUnresolvableGenerics() || isRaw(type);
    }

    private static boolean isRaw(ResolvableType type) {
        return type.getType() instanceof Class<?> raw && raw.getTypeParameters().length > 0;
    }

    private static ResolvableType element(CallShape shape, ResolvableType result) {
        return shape == CallShape.BLOCKING ? result : inner(result);
    }

    /** {@code Mono<Void>} brings nothing, and so does {@code void}. */
    private static ResolvableType inner(ResolvableType wrapper) {
        ResolvableType inner = wrapper.getGeneric(0);
        return inner.resolve() == Void.class ? ResolvableType.forClass(void.class) : inner;
    }

    private boolean wraps(ResolvableType candidate) {
        Class<?> raw = candidate.resolve(Object.class);
        if (shape == CallShape.STAGE) {
            return CompletionStage.class.isAssignableFrom(raw);
        }
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
        return adapter != null && (shape == CallShape.FLUX || !adapter.isMultiValue());
    }

    private static List<String> names(Method method, int count) {
        List<String> known = ArgumentExpressions.names(method);
        return known.size() >= count
                ? known.subList(0, count)
                : IntStream.range(0, count).mapToObj(at -> "arg" + at).toList();
    }
}
