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

    /** The refusal in it that its caller has to read, such as that of his own limit, nested causes included; or null. */
    public static @Nullable CallRejectedException refusalOfTheCaller(@Nullable Throwable failure) {
        Throwable found = failure == null ? null : Causes.first(failure, Coverable::blamesCaller);
        return (CallRejectedException) found;
    }

    private static boolean blamesCaller(Throwable link) {
        return link instanceof CallRejectedException refusal && refusal.blamesCaller();
    }
}
