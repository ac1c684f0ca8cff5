package dev.resilience;

/** The results of a policy, for code that drops some: listeners hear of it. */
record ToldResults(PolicyInstance<?, ?> keeper) implements KeptResults {

    @Override
    public long invalidate(Object key) {
        return drop(Selection.key(key));
    }

    @Override
    public long invalidatePrefix(String prefix) {
        return drop(Selection.prefix(prefix));
    }

    @Override
    public long invalidateOperation(String operation) {
        return drop(Selection.operation(operation));
    }

    @Override
    public long invalidateAll() {
        return drop(Selection.all());
    }

    private long drop(Selection meant) {
        return keeper.drop(meant, null).orElse(0);
    }
}
