package dev.resilience;

/**
 * Results that a policy keeps, for whoever has changed what they were made of. What is dropped is given to nobody who asks after
 * the method has returned, and neither is what was being loaded by then: that is given to those who wait for it, and not kept.
 * Each method tells how many results it has dropped, those included that had expired. Thread-safe.
 */
public interface KeptResults {

    /**
     * Drops the results of this key: the value of the key expression, or the only argument of a method without one. A whole
     * number is found however it is written.
     */
    long invalidate(Object key);

    /**
     * Drops the results whose key begins with this text. Only keys that were given explicitly and are texts count, not the
     * arguments of methods without a key. Looks at every result.
     */
    long invalidatePrefix(String prefix);

    /**
     * Drops the results of this operation: {@code QuoteService.quote} or {@code quote}, which mean all overloads, or one overload
     * with its parameters. Looks at every result.
     */
    long invalidateOperation(String operation);

    /** Drops all results. */
    long invalidateAll();
}
