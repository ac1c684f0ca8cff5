package dev.resilience;

import java.io.Serial;

/**
 * A call was refused because a policy would have had it rest on a thread of an event loop, where all others would rest with
 * it.
 *
 * <p>Only calls that give a plain value rest on their caller's thread. What the policy had reserved is given back. The
 * method was not invoked, except where a retry wanted to rest between two attempts: then the failure of the attempt before
 * is suppressed in this one.
 */
public final class EventLoopRestException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String operation;

    /** @param operation the guarded operation */
    public EventLoopRestException(String kind, String name, String operation) {
        super(kind, name, UNKNOWN);
        this.operation = operation;
    }

    /** The guarded operation. */
    public String operation() {
        return operation;
    }

    @Override
    protected String reason() {
        return operation + " would have to wait on an event-loop thread, and so would every call on it; "
                + "return a Mono, or call it on Schedulers.boundedElastic()";
    }
}
