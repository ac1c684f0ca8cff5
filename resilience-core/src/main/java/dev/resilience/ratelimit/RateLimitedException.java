package dev.resilience.ratelimit;

import dev.resilience.CallRejectedException;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rate limiter refused a call: everything an answer to the caller needs, such as an HTTP 429.
 *
 * <p>{@link #retryAfter()} is exact: a call then passes unless another was faster, and none earlier does. It is empty if
 * the call costs more than a limit allows at all. With a {@code max-wait} it is when a call would be let in to wait.
 */
public final class RateLimitedException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The retry-after of a call that no waiting helps. */
    static final long NEVER = UNKNOWN;

    private final transient @Nullable Object key;
    private final boolean keyed;
    private final long cost;
    private final Grounds grounds;

    RateLimitedException(
            String name, @Nullable Object key, boolean keyed, long cost, Grounds grounds, long retryAfter) {
        super(RateLimiterKind.ID, name, retryAfter);
        this.key = key;
        this.keyed = keyed;
        this.cost = cost;
        this.grounds = grounds;
    }

    /** Whose limit it is; null for a limiter without keys, for a call whose key is missing, and after serialization. Never in the message. */
    public @Nullable Object key() {
        return key;
    }

    /** Whether the limiter counts by key; otherwise the limit is everybody's, and the caller did nothing wrong. */
    public boolean keyed() {
        return keyed;
    }

    /** A caller who is over its own limit did it itself; everybody's limit is nobody's fault. */
    @Override
    public boolean blamesCaller() {
        return keyed;
    }

    /** What the call would have cost. */
    public long cost() {
        return cost;
    }

    /** The limits that didn't let the call pass, shortest window first. */
    public List<Limit> violated() {
        return grounds.refusal().violated();
    }

    /** The violated limit with the longest wait. */
    public Limit limit() {
        return grounds.refusal().worst().limit();
    }

    /** What was left of {@link #limit()}: less than the call would have cost. */
    public long remaining() {
        return grounds.refusal().worst().remaining();
    }

    /** When the next permit of {@link #limit()} returns, counted from the refusal. */
    public Duration reset() {
        return grounds.refusal().worst().reset();
    }

    /** What was used of every limit. */
    public Usage usage() {
        return grounds.refusal().usage();
    }

    @Override
    protected String reason() {
        String limits = violated().stream().map(Limit::toString).collect(Collectors.joining(", "));
        return grounds.waitNanos() == Engine.NEVER
                ? "it costs " + cost + ", more than " + limits + " ever allows"
                : "no permit left of " + limits + (cost == 1 ? "" : " for a cost of " + cost);
    }
}
