package dev.resilience.failure;

import dev.resilience.CallRejectedException;
import org.jspecify.annotations.Nullable;

/** Tells which failures a value may be given for at all, whatever anybody wants. */
public final class Coverable {

    private Coverable() {}

    /** Whether it is an exception, but no interrupt: that asks a thread to stop, and an {@code Error} everybody. */
    public static boolean isOne(@Nullable Throwable failure) {
        return failure instanceof Exception && !Interrupts.isOne(failure);
    }

    /** Whether it is a refusal that its caller has to read, such as that of his own limit. */
    public static boolean isForTheCaller(@Nullable Throwable failure) {
        return failure instanceof CallRejectedException refusal && refusal.blamesCaller();
    }
}
