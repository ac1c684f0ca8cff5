package dev.resilience.cache;

import org.jspecify.annotations.Nullable;

/**
 * What tells a kept failure from a kept result.
 *
 * @param good the last good result, if it may still be wanted by those who take one that has expired
 * @param isCovered whether that is given instead of the failure, as long as it isn't too old
 */
record FailedLoad(@Nullable Kept good, boolean isCovered) {}
