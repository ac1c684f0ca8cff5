package dev.resilience.circuitbreaker;

import dev.resilience.CallRejectedException;
import java.io.Serial;

/** A circuit breaker refused a call because what it would call is taken to be down. */
public final class CircuitBreakerOpenException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final CircuitBreakerState state;

    CircuitBreakerOpenException(String name, CircuitBreakerState state, long retryAfterNanos) {
        super(CircuitBreakerKind.ID, name, retryAfterNanos < 0 ? UNKNOWN : retryAfterNanos);
        this.state = state;
    }

    /** Where the breaker stood: {@code OPEN}, {@code HALF_OPEN} with all probes on their way, or {@code FORCED_OPEN}. */
    public CircuitBreakerState state() {
        return state;
    }

    @Override
    protected String reason() {
        return switch (state) {
            case HALF_OPEN -> "it is half-open and all its probes are on their way";
            case FORCED_OPEN -> "it was opened by hand";
            case OPEN, CLOSED, DISABLED -> "it is open";
        };
    }
}
