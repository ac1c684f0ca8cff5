package dev.resilience.cache;

/**
 * How long a result serves, from when it is kept. Immutable.
 *
 * @param freshNanos how long it is a hit
 * @param dueNanos after how long a hit is a reason to load it anew; no more than it is fresh
 * @param keptNanos how long it is kept for those who take it though it has expired; at least as long as it is fresh
 */
record Lifetime(long freshNanos, long dueNanos, long keptNanos) {}
