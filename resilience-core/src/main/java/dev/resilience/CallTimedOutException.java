package dev.resilience;

import dev.resilience.configuration.Durations;
import java.io.Serial;
import java.time.Duration;

/** A call did not end within the time a policy gave it. Fills no stack trace: it names the policy and the operation. */
public final class CallTimedOutException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String kind;
    private final String name;
    private final String operation;
    private final long timeoutNanos;

    /** Used by the interpreter, which knows whose deadline passed. */
    public CallTimedOutException(String kind, String name, String operation, long timeoutNanos) {
        this.kind = kind;
        this.name = name;
        this.operation = operation;
        this.timeoutNanos = timeoutNanos;
    }

    /** The kind of the policy whose time ran out, such as {@code timeouts}. */
    public String kind() {
        return kind;
    }

    /** The name of the policy whose time ran out. */
    public String name() {
        return name;
    }

    /** The operation that did not end in time. */
    public String operation() {
        return operation;
    }

    /** The time the call was given. */
    public Duration timeout() {
        return Duration.ofNanos(timeoutNanos);
    }

    @Override
    public String getMessage() {
        return operation + " did not end within the " + Durations.plain(timeout()) + " that " + kind + " '" + name
                + "' gives it";
    }

    /** Fills no stack trace: where the caller waited says nothing about who was slow. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
