package dev.resilience.failure;

/** What the outcome of a call tells about what was called. */
public enum Judgement {
    /** It failed, even if it gave a value. */
    FAILURE,
    /** It did its work, even if it threw: who answers "not found" is alive. */
    SUCCESS,
    /** Nothing: as if the call had never been. */
    NEITHER
}
