package dev.resilience;

/** How a call ended, as a policy further out is told. */
public enum Outcome {
    /** The method, a fallback or a cache gave a value (null included), or a stream completed. */
    VALUE,
    /** Something was thrown that is none of the outcomes below; {@code Error}s included. */
    FAILURE,
    /** A policy further in, or a guard inside the method, refused the call with a {@link CallRejectedException}. */
    REFUSED,
    /** A deadline of this pipeline passed; {@link Call#invoked()} tells whether the method had been reached. */
    EXPIRED,
    /** The caller gave up: cancellation, or an interrupt. */
    CANCELLED
}
