package dev.resilience.circuitbreaker;

import dev.resilience.CallRejectedException;
import dev.resilience.circuitbreaker.Pass.Refusal;
import dev.resilience.time.Ticker;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker refused a call because what it would call is taken to be down, or has only just come back.
 *
 * <p>{@link #retryAfter()} is the rest of the open wait, worked out when asked: it gets shorter, whoever adds it to the
 * present gets the same instant, and a call at that instant finds the wait over. Of a refusal that was serialized it is
 * what was left then.
 */
public final class CircuitBreakerOpenException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final CircuitBreakerState state;
    private final transient @Nullable Refusal refusal;
    private final transient @Nullable Ticker ticker;
    private long leftWhenWritten = UNKNOWN;

    CircuitBreakerOpenException(String name, Refusal refusal, Ticker ticker) {
        super(CircuitBreakerKind.ID, name, UNKNOWN);
        this.state = refusal.state();
        this.refusal = refusal;
        this.ticker = ticker;
    }

    /**
     * Where the breaker stood: {@code OPEN}, {@code HALF_OPEN} with all probes on their way, {@code FORCED_OPEN}, or
     * {@code CLOSED} while it lets only a share of the calls in.
     */
    public CircuitBreakerState state() {
        return state;
    }

    @Override
    protected long retryAfterNanos() {
        if (refusal == null || ticker == null) {
            return leftWhenWritten;
        }
        return refusal.ends() ? Math.max(0, refusal.end() - ticker.nanos()) : UNKNOWN;
    }

    @Override
    protected String reason() {
        return switch (state) {
            case HALF_OPEN -> "it is half-open and all its probes are on their way";
            case FORCED_OPEN -> "it was opened by hand";
            case CLOSED -> "it has closed only just now, and lets a growing share of the calls in";
            case OPEN, DISABLED -> "it is open";
        };
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        leftWhenWritten = retryAfterNanos();
        out.defaultWriteObject();
    }
}
