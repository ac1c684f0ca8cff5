package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.configuration.Problem;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * How a method gives its result, decided once by its declared return type.
 *
 * @param shape the shape its pipeline runs in
 * @param valueType what it gives: the value inside the future or publisher
 * @param adapter converts publishers of other libraries to ours and back; null where nothing is to be converted
 * @param suspending whether it is a Kotlin {@code suspend} function, whose last argument is its continuation
 */
record ReturnShape(
        CallShape shape, Class<?> valueType, @Nullable ReactiveAdapter adapter, boolean suspending) {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";
    private static final String MONO = "reactor.core.publisher.Mono";
    private static final String FLUX = "reactor.core.publisher.Flux";
    private static final boolean REACTIVE_STREAMS =
            ClassUtils.isPresent("org.reactivestreams.Publisher", ReturnShape.class.getClassLoader());

    /** The shape of a method as this class sees it. */
    static ReturnShape of(Method method, Class<?> owner) {
        if (isSuspending(method)) {
            return new ReturnShape(CallShape.MONO, Object.class, null, true);
        }
        ResolvableType returned = ResolvableType.forMethodReturnType(method, owner);
        Class<?> type = returned.resolve(Object.class);
        if (CompletionStage.class.isAssignableFrom(type)) {
            return plain(CallShape.STAGE, returned.as(CompletionStage.class).getGeneric());
        }
        ReactiveAdapter adapter =
                REACTIVE_STREAMS ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
        return adapter == null ? plain(CallShape.BLOCKING, returned) : reactive(type, adapter, returned);
    }

    /** Why a method of this return type can't be guarded, if so. */
    static Optional<Problem> refusal(DeclaredMethod declared) {
        Class<?> type = declared.method().getReturnType();
        boolean bare = Future.class.isAssignableFrom(type) && !CompletionStage.class.isAssignableFrom(type);
        boolean narrow = CompletableFuture.class.isAssignableFrom(type) && type != CompletableFuture.class;
        if (!bare && !narrow) {
            return Optional.empty();
        }
        String reason = bare
                ? "the method returns a " + type.getSimpleName() + ", which doesn't tell when it is complete"
                : "the method returns a " + type.getSimpleName() + ", and a guard can only answer a CompletableFuture";
        String remedy = "Return a CompletableFuture or a CompletionStage";
        return Optional.of(new Problem(declared.operation(), null, declared.place(), reason, remedy));
    }

    /** The arguments, or parameters, that keys and fallbacks see: all but a continuation. */
    <T> T[] visible(T[] arguments) {
        return suspending ? Arrays.copyOf(arguments, arguments.length - 1) : arguments;
    }

    private static boolean isSuspending(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length > 0 && types[types.length - 1].getName().equals(CONTINUATION);
    }

    private static ReturnShape plain(CallShape shape, ResolvableType value) {
        return new ReturnShape(shape, value.resolve(Object.class), null, false);
    }

    private static ReturnShape reactive(Class<?> type, ReactiveAdapter adapter, ResolvableType returned) {
        CallShape shape = adapter.isMultiValue() ? CallShape.FLUX : CallShape.MONO;
        boolean ours = type.getName().equals(MONO) || type.getName().equals(FLUX) || type == Publisher.class;
        return new ReturnShape(shape, value(adapter, returned), ours ? null : adapter, false);
    }

    private static Class<?> value(ReactiveAdapter adapter, ResolvableType returned) {
        if (adapter.isNoValue()) {
            return Void.class;
        }
        return returned.hasGenerics() ? returned.getGeneric().resolve(Object.class) : Object.class;
    }
}
