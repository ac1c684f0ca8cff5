package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * A fallback method that was found and checked, not yet bound to an object. Of several overloads the one for the most
 * special exception is invoked; where none fits, it isn't for the failure, which stays what it was.
 */
final class FallbackMethod {

    private final CallShape shape;
    private final List<FallbackOverload> overloads;
    private final @Nullable Supplier<?> otherBean;

    /**
     * @param overloads the most special exception first, those without an exception last
     * @param otherBean gives the bean they belong to; null if it is the guarded bean
     */
    FallbackMethod(CallShape shape, List<FallbackOverload> overloads, @Nullable Supplier<?> otherBean) {
        this.shape = shape;
        this.overloads = List.copyOf(overloads);
        this.otherBean = otherBean;
    }

    /**
     * The target that invokes it on this object: the bean behind its proxy, so that private methods work and guards on
     * the fallback don't nest. Not asked where the method belongs to another bean, which is called through its proxy.
     */
    Target on(Supplier<?> bean) {
        Supplier<?> owner = otherBean == null ? bean : otherBean;
        return (arguments, failure) -> shaped(invoke(owner, arguments, failure));
    }

    List<FallbackOverload> overloads() {
        return overloads;
    }

    /** Whether one of the overloads is for this failure. */
    boolean isFor(@Nullable Throwable failure) {
        return overloads.stream().anyMatch(overload -> overload.covers(failure));
    }

    private @Nullable Object invoke(Supplier<?> owner, Object[] arguments, @Nullable Throwable failure)
            throws Throwable {
        for (FallbackOverload overload : overloads) {
            if (overload.covers(failure)) {
                return overload.invoke(owner, arguments, failure);
            }
        }
        if (failure == null) {
            throw new IllegalStateException(
                    overloads.get(0) + " wants an exception, but the call was diverted because of its value");
        }
        throw failure;
    }

    /** Plain values pass where the driver takes them; a stage has to be one, even for null. */
    private @Nullable Object shaped(@Nullable Object result) {
        return switch (shape) {
            case BLOCKING -> result;
            case STAGE -> result instanceof CompletionStage<?> ? result : CompletableFuture.completedFuture(result);
            case MONO, FLUX -> result == null ? null : published(result);
        };
    }

    private static Object published(Object result) {
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result);
        return result instanceof Publisher<?> || adapter == null ? result : adapter.toPublisher(result);
    }
}
