package dev.resilience;

import org.jspecify.annotations.Nullable;

/**
 * What a policy remembers of the values that a method has given, lent to the other policies on that method. Thread-safe.
 */
@FunctionalInterface
public interface Recollection {

    /**
     * What to answer a call with that came to nothing: the value of an earlier one with the same key, or null if none is
     * remembered. The key is that of the call that is shown, or its arguments where it has none; whatever it is made of,
     * nothing is thrown.
     */
    @Nullable Verdict recall(Call call);
}
