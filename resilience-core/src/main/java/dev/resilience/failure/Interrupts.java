package dev.resilience.failure;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells interrupts from what only looks like one. An interrupt asks a thread to stop: nothing may answer it by going on. */
public final class Interrupts {

    private Interrupts() {}

    /** Whether this throwable itself, not one of its causes, is an interrupt. */
    public static boolean isOne(Throwable throwable) {
        return throwable instanceof InterruptedException
                || throwable instanceof ClosedByInterruptException
                || throwable instanceof InterruptedIOException && !isTimeout(throwable);
    }

    /**
     * Clients throw subclasses of {@link InterruptedIOException} when a connection or a pool is slow, and some throw the
     * class itself and say so in its message.
     */
    private static boolean isTimeout(Throwable throwable) {
        return throwable instanceof SocketTimeoutException
                || says(throwable.getClass().getSimpleName())
                || says(Causes.message(throwable));
    }

    private static boolean says(@Nullable String text) {
        String plain = text == null ? "" : text.toLowerCase(Locale.ROOT);
        return plain.contains("timeout") || plain.contains("timed out");
    }
}
