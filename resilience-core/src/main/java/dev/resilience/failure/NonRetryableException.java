package dev.resilience.failure;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Says that trying again is pointless: it is never retried, whatever its causes are. */
public class NonRetryableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public NonRetryableException(String message) {
        super(message);
    }

    public NonRetryableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
