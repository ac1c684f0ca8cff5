package dev.resilience.cache;

/**
 * Copies results that their callers may change, so that none of them sees what another one changed. A bean whose name a
 * cache has as its {@code copier}.
 *
 * <p>Thread-safe; several threads may have the same result copied at once, and nobody else touches it meanwhile.
 */
@FunctionalInterface
public interface ResultCopier {

    /**
     * A copy that shares nothing with the result that anybody changes.
     *
     * @param result what the method gave, out of its future or {@code Mono}; never null, and no empty {@code Optional}
     */
    Object copy(Object result);
}
