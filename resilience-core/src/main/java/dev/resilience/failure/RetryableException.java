package dev.resilience.failure;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that what failed may well succeed when it is tried again: it is retried whatever its status or its causes are.
 *
 * <p>Interrupts, {@code Error}s and refusals of a guard are never retried, even when they are its cause.
 */
public class RetryableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    public RetryableException(String message) {
        this(message, null, null);
    }

    public RetryableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /** Also says how long to wait; obeyed like the {@code Retry-After} of an HTTP answer. */
    public RetryableException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** The wait before the next try, counted from now; empty where nothing is known of it. */
    public final Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
