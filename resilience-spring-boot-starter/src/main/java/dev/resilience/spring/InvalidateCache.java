package dev.resilience.spring;

import dev.resilience.Selection;

/**
 * An application event that has results of a cache dropped, for code that knows that something has changed and not who reads it:
 * {@code events.publishEvent(InvalidateCache.key("quotes", "ACME"))}.
 *
 * <p>They are dropped before {@code publishEvent} returns, and in the middle of a transaction once more when that is over. Where
 * there is no cache of this name, publishing throws an {@code IllegalArgumentException} that names the nearest one.
 *
 * @param cache the name of the cache
 * @param results which of its results are meant
 */
public record InvalidateCache(String cache, Selection results) {

    /** The results of one key; see {@link dev.resilience.KeptResults#invalidate}. */
    public static InvalidateCache key(String cache, Object key) {
        return new InvalidateCache(cache, Selection.key(key));
    }

    /** The results whose key is a text that begins like this. */
    public static InvalidateCache prefix(String cache, String prefix) {
        return new InvalidateCache(cache, Selection.prefix(prefix));
    }

    /** The results of an operation, by {@code Class.method} or by {@code method}. */
    public static InvalidateCache operation(String cache, String operation) {
        return new InvalidateCache(cache, Selection.operation(operation));
    }

    /** All results. */
    public static InvalidateCache all(String cache) {
        return new InvalidateCache(cache, Selection.all());
    }
}
