package dev.resilience.cache;

/** What the entity tags of responses are made from (RFC 9110, 8.8.3). */
public enum EntityTag {
    /** Their bytes. */
    STRONG,
    /** The result that is kept, so that a match is known before anything is rendered. */
    WEAK,
    /** Responses have none. */
    OFF
}
