package dev.resilience.spring.guard;

import dev.resilience.Body;
import dev.resilience.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fallback method, invoked on the bean whose call is diverted. */
final class BeanTarget implements Target {

    private final FallbackMethod method;

    BeanTarget(FallbackMethod method) {
        this.method = method;
    }

    @Override
    public boolean isFor(@Nullable Throwable failure) {
        return method.isFor(failure);
    }

    /** The methods that it may invoke. */
    List<FallbackOverload> overloads() {
        return method.overloads();
    }

    /** Without a body, only a method of another bean can be invoked. */
    @Override
    public @Nullable Object invoke(Object[] arguments, @Nullable Throwable failure) throws Throwable {
        return method.on(() -> {
                    throw new IllegalStateException("there is no bean whose fallback method could be invoked");
                })
                .invoke(arguments, failure);
    }

    @Override
    public @Nullable Object invoke(Body replaced, Object[] arguments, @Nullable Throwable failure) throws Throwable {
        return replaced instanceof BeanBody body
                ? method.on(body::bean).invoke(arguments, failure)
                : invoke(arguments, failure);
    }
}
