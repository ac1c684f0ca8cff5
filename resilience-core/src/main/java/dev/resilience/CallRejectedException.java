package dev.resilience;

import dev.resilience.configuration.Durations;
import java.io.Serial;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * A call was refused by a policy before its method was invoked.
 *
 * <p>It says who refused, why, and, where it makes sense, when to come back. Refusing is an everyday answer, not an
 * accident: no stack trace is filled, and the message is put together only when somebody reads it.
 */
public abstract class CallRejectedException extends RejectedExecutionException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The retry-after of a refusal that can't say when to come back. */
    protected static final long UNKNOWN = -1;

    private static final Duration LONG = Duration.ofSeconds(10);

    private final String kind;
    private final String name;
    private final long retryAfterNanos;

    /**
     * @param kind the kind of the policy, such as {@code rate-limiters}
     * @param name the name of the policy
     * @param retryAfterNanos the wait after which a call may be admitted, or {@link #UNKNOWN}
     */
    protected CallRejectedException(String kind, String name, long retryAfterNanos) {
        this.kind = kind;
        this.name = name;
        this.retryAfterNanos = retryAfterNanos;
    }

    /** The kind of the policy that refused, such as {@code rate-limiters}. */
    public final String kind() {
        return kind;
    }

    /** The name of the policy that refused. */
    public final String name() {
        return name;
    }

    /**
     * The wait after which a call may be admitted, counted from the refusal, or from now where the refusal says so; empty
     * where nobody can know.
     */
    public final Optional<Duration> retryAfter() {
        long nanos = retryAfterNanos();
        return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** Those nanoseconds, or {@link #UNKNOWN}: what the refusal was made with, or what it works out when asked. */
    protected long retryAfterNanos() {
        return retryAfterNanos;
    }

    /**
     * Whether the caller himself is at fault, as one who exceeds his own limit is: such a refusal is for him to read, and
     * no fallback covers it up unless it is asked to by name.
     */
    public boolean blamesCaller() {
        return false;
    }

    /** Why the call was refused, in words, without the name of the policy. */
    protected abstract String reason();

    @Override
    public final String getMessage() {
        String message = kind + " '" + name + "' refused the call: " + reason();
        return retryAfter()
                .map(wait -> message + "; retry after " + Durations.plain(legible(wait)))
                .orElse(message);
    }

    /** Rounded up, as a retry must not be too early: to seconds where it is long, to milliseconds otherwise. */
    private static Duration legible(Duration wait) {
        ChronoUnit unit = wait.compareTo(LONG) >= 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS;
        Duration down = wait.truncatedTo(unit);
        return down.equals(wait) ? wait : down.plus(1, unit);
    }

    /** Fills no stack trace: the refusal names its policy, which says more. */
    @Override
    public final Throwable fillInStackTrace() {
        return this;
    }
}
