package dev.resilience.cache;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells results that say there is nothing: null, which is also how an empty {@code Mono} looks from here, and any empty
 * optional. An empty list is a result like any other.
 */
final class Nothing {

    private Nothing() {}

    static boolean isAll(@Nullable Object result) {
        return result == null
                || result instanceof Optional<?> optional && optional.isEmpty()
                || result instanceof OptionalInt number && number.isEmpty()
                || result instanceof OptionalLong number && number.isEmpty()
                || result instanceof OptionalDouble number && number.isEmpty();
    }
}
