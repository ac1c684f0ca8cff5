package dev.resilience;

/** In which shape a guarded method gives its result. */
public enum CallShape {
    /** On the caller's thread, when the method returns. */
    BLOCKING,
    /** Through a {@code CompletionStage}. */
    STAGE,
    /** Through a publisher of at most one value. Kotlin's {@code suspend} functions are of this shape. */
    MONO,
    /** Through a publisher of many values. */
    FLUX
}
