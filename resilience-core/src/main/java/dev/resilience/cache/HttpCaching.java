package dev.resilience.cache;

/** Who, besides this application, may keep the responses of HTTP handlers whose results are cached. */
public enum HttpCaching {
    /** Nobody is told anything. */
    OFF,
    /** The client alone. */
    PRIVATE,
    /** Shared caches, too, unless the request or its response is about somebody. */
    PUBLIC
}
