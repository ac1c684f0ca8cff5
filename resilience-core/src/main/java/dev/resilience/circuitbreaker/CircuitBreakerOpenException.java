package dev.resilience.circuitbreaker;

import dev.resilience.CallRejectedException;
import dev.resilience.circuitbreaker.Pass.Refusal;
import dev.resilience.key.KeyText;
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
    private final transient @Nullable Object key;
    private final transient @Nullable Refusal refusal;
    private final transient @Nullable Ticker ticker;
    private long leftWhenWritten = UNKNOWN;
    private @Nullable String shownWhenWritten;

    /** @param key whose circuit it is; null where it is that of all calls */
    CircuitBreakerOpenException(String name, @Nullable Object key, Refusal refusal, Ticker ticker) {
        super(CircuitBreakerKind.ID, name, UNKNOWN);
        this.key = key;
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

    /** The key whose calls are refused, as it may be shown; null where all are. Never in the message. */
    public @Nullable String key() {
        return key == null ? shownWhenWritten : KeyText.shown(key);
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
        String whose = key == null && shownWhenWritten == null ? "" : " for this key";
        return switch (state) {
            case HALF_OPEN -> "it is half-open" + whose + " and all its probes are on their way";
            case FORCED_OPEN -> "it was opened by hand" + whose;
            case CLOSED -> "it has closed only just now" + whose + ", and lets a growing share of the calls in";
            case OPEN, DISABLED -> "it is open" + whose;
        };
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        leftWhenWritten = retryAfterNanos();
        shownWhenWritten = key();
        out.defaultWriteObject();
    }
}
